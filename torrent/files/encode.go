package files

import (
	"path"
	"strings"

	"swarmsim/torrent"
	"swarmsim/torrent/bencode"
	"swarmsim/torrent/merkle"
)

// encodeList returns the list of files of version 1.
func (b *builder) encodeList() []byte {
	out := []byte{'l'}
	for i := range b.meta.Files {
		f := &b.meta.Files[i]
		fields := bencode.Fields{
			"length": bencode.AppendInt(nil, f.Length),
			"path":   bencode.AppendStrings(nil, strings.Split(f.Path, "/")),
		}
		setAttributes(fields, f)
		out = fields.Append(out)
	}
	return append(out, 'e')
}

func setAttributes(fields bencode.Fields, f *torrent.File) {
	if f.Attr != 0 {
		fields["attr"] = bencode.AppendString(nil, f.Attr.String())
	}
	if f.Attr.Has(torrent.Symlink) {
		fields["symlink path"] = bencode.AppendStrings(nil, strings.Split(f.Symlink, "/"))
	}
}

// folder is a folder of the file tree of version 2.
type folder struct {
	files   bencode.Fields // encoded
	folders map[string]*folder
}

// encodeTree returns the file tree. A single file is in it under the torrent's name.
func (b *builder) encodeTree() []byte {
	root := &folder{}
	for i := range b.meta.Files {
		f := &b.meta.Files[i]
		if f.Padding() {
			continue
		}
		at := root
		dir, name := path.Split(f.Path)
		for part := range strings.SplitSeq(strings.TrimSuffix(dir, "/"), "/") {
			if part != "" {
				at = at.folder(part)
			}
		}
		if b.meta.Single {
			name = b.meta.Name
		}
		if at.files == nil {
			at.files = bencode.Fields{}
		}
		at.files[name] = bencode.Fields{"": b.encodeFile(i)}.Append(nil)
	}
	return root.append(nil)
}

func (f *folder) folder(name string) *folder {
	below := f.folders[name]
	if below == nil {
		below = &folder{}
		if f.folders == nil {
			f.folders = map[string]*folder{}
		}
		f.folders[name] = below
	}
	return below
}

func (f *folder) append(out []byte) []byte {
	fields := bencode.Fields{}
	for name, file := range f.files {
		fields[name] = file
	}
	for name, below := range f.folders {
		fields[name] = below.append(nil)
	}
	return fields.Append(out)
}

// encodeFile returns the properties of a file of version 2.
func (b *builder) encodeFile(i int) []byte {
	f := &b.meta.Files[i]
	fields := bencode.Fields{}
	setAttributes(fields, f)
	if !f.Attr.Has(torrent.Symlink) {
		fields["length"] = bencode.AppendInt(nil, f.Length)
	}
	if f.Length > 0 {
		root := b.root(i)
		fields["pieces root"] = bencode.AppendString(nil, root[:])
	}
	return fields.Append(nil)
}

// root returns the root of the hash tree of a file.
func (b *builder) root(i int) [32]byte {
	m := &b.meta
	first, end := m.FilePieces(i)
	if m.Files[i].Length <= m.PieceLength {
		return [32]byte(b.roots[32*first:])
	}
	var tree merkle.Builder
	for piece := first; piece < end; piece++ {
		tree.Add([32]byte(b.roots[32*piece:]))
	}
	return tree.PaddedRoot(tree.Height(), merkle.Height(m.PieceLength/merkle.BlockSize))
}
