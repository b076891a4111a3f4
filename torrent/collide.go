package torrent

import (
	"fmt"
	"path"
	"strings"
)

// resolveCollisions renames files that have the path of another file or of a folder, as libtorrent
// does (torrent_info::resolve_duplicate_filenames). Padding files are never created, so they cannot
// collide.
func (l *lister) resolveCollisions() {
	if l.m.Single {
		return
	}
	used := map[string]bool{} // the paths of folders and files
	last := ""
	for i := range l.m.Files {
		f := &l.m.Files[i]
		if f.Padding() {
			continue
		}
		dir := path.Dir(f.Path)
		if dir == last {
			continue
		}
		last = dir
		for ; dir != "."; dir = path.Dir(dir) {
			key := l.paths.key(dir)
			if used[key] {
				break // with all its parents
			}
			used[key] = true
		}
	}
	tried := map[string]int{}
	for i := range l.m.Files {
		f := &l.m.Files[i]
		if f.Padding() {
			continue
		}
		key := l.paths.key(f.Path)
		if used[key] {
			name := l.free(f.Path, used, tried)
			l.m.warn(fmt.Sprintf("the path %q occurs twice; the second is replaced by %q", f.Path, name))
			f.Path = name
			key = l.paths.key(name)
		}
		used[key] = true
	}
}

// free returns an unused path: a/b.txt becomes a/b.1.txt.
func (l *lister) free(p string, used map[string]bool, tried map[string]int) string {
	ext := path.Ext(p)
	base := strings.TrimSuffix(p, ext)
	key := l.paths.key(p)
	for {
		tried[key]++
		name := fmt.Sprintf("%s.%d%s", base, tried[key], ext)
		if !used[l.paths.key(name)] {
			return name
		}
	}
}

// key returns the same text for paths that name the same file.
func (p Paths) key(path string) string {
	if p.FoldCase {
		return strings.ToLower(path)
	}
	return path
}
