package torrent

import (
	"fmt"
	"path"
	"strings"
)

// resolveLinks finds symbolic links whose target is not in the torrent's folder but in the link's:
// libtorrent 2.0 writes the target as the file system has it, from the link's folder, where BEP 47 has
// it from the torrent's. libtorrent reads both too (file_storage::sanitize_symlinks).
func (l *lister) resolveLinks() {
	var links []*File
	for i := range l.m.Files {
		if f := &l.m.Files[i]; f.Symlink != "" && path.Dir(f.Path) != "." {
			links = append(links, f)
		}
	}
	if len(links) == 0 {
		return
	}
	known := map[string]bool{} // the paths of files and folders
	for i := range l.m.Files {
		for p := l.m.Files[i].Path; p != "." && !known[p]; p = path.Dir(p) {
			known[p] = true
		}
	}
	for _, f := range links {
		beside := path.Join(path.Dir(f.Path), f.Symlink)
		if !known[f.Symlink] && known[beside] {
			l.m.warn(fmt.Sprintf("the symbolic link %q to %q is taken as %q", f.Path, f.Symlink, beside))
			f.Symlink = beside
		}
	}
}

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
