package storage

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"swarmsim/torrent"
)

// BlockSize is the length of a block in bytes; the last block of a piece may be shorter.
const BlockSize = 16 << 10

// names are the paths of a torrent's files in the download folder, with slashes. A padding file has none.
type names struct {
	files []string
	links []string // targets of symlinks, relative to the folder that the link is in; "" for none
}

// namesOf returns the paths. Package torrent makes them safe; they are checked again, because a fault
// there would write to a wrong place.
func namesOf(m *torrent.Meta) (*names, error) {
	n := &names{files: make([]string, len(m.Files)), links: make([]string, len(m.Files))}
	taken := map[string]bool{}
	for i := range m.Files {
		f := &m.Files[i]
		if f.Padding() {
			continue
		}
		name := f.Path
		if !m.Single {
			name = m.Name + "/" + f.Path
		}
		if !fs.ValidPath(name) || name == "." || strings.ContainsRune(name, 0) {
			return nil, fmt.Errorf("the path %q of file %d is not valid", name, i+1)
		}
		if taken[name] {
			return nil, fmt.Errorf("the path %q occurs twice", name)
		}
		n.files[i], taken[name] = name, true
	}
	folders := map[string]bool{}
	for _, name := range n.files {
		for dir := path.Dir(name); name != "" && dir != "." && !folders[dir]; dir = path.Dir(dir) {
			// Below a symlink, a path could lead to another place than it says.
			if taken[dir] {
				return nil, fmt.Errorf("%q is both a file and a folder", dir)
			}
			folders[dir] = true
		}
	}
	n.link(m, taken, folders)
	return n, nil
}

// link sets the targets of the symlinks that lead to a file or folder of the torrent. Others are not
// made; nor are those that lead to a symlink.
func (n *names) link(m *torrent.Meta, files, folders map[string]bool) {
	for i := range m.Files {
		if m.Files[i].Attr.Has(torrent.Symlink) {
			delete(files, n.files[i])
		}
	}
	for i := range m.Files {
		f := &m.Files[i]
		target := m.Name + "/" + f.Symlink
		if f.Attr.Has(torrent.Symlink) && fs.ValidPath(target) && (files[target] || folders[target]) {
			n.links[i] = strings.Repeat("../", strings.Count(n.files[i], "/")) + target
		}
	}
}

// isStored reports whether a file has bytes of its own on disk.
func isStored(f *torrent.File) bool {
	return f.Length > 0 && !f.Padding() && !f.Attr.Has(torrent.Symlink)
}
