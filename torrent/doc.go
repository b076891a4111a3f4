// Package torrent reads, writes and edits torrent files: version 1 (BEP 3, with the attributes and
// padding files of BEP 47), version 2 and hybrids (BEP 52). It also has the layout of files in pieces,
// the verification of pieces, and magnet links.
//
// # Usage
//
//	meta, err := torrent.Parse(text)      // a torrent file
//	meta, err := torrent.ParseInfo(info)  // an info dictionary from a peer (BEP 9)
//
// Meta has what the file says, checked: names and paths that are safe to create (see Paths),
// lengths, trackers, and the info hashes.
//
// Pieces are numbered through all files. For each version a piece is a range of bytes of the files,
// which Segments returns; PieceSize is the number of bytes that peers request of it. In a torrent of
// version 2 only, every file begins with a new piece, and its last piece is short. In version 1 and
// hybrids a piece can have parts of several files and of padding files, whose bytes are zeros.
//
//	for _, s := range meta.Segments(nil, piece, 0, meta.PieceSize(piece)) {
//		// s.Length bytes at s.Offset of meta.Files[s.File]
//	}
//
//	h := meta.NewHasher()  // verifies while the blocks of a piece arrive
//	h.Reset(piece)
//	h.Write(block)         // in order; VerifyLeaves for any order (version 2)
//	err := h.Check()       // nil, ErrPiece, ErrHalves, ErrNoHash
//
// A torrent of version 2 that came by a magnet link has no piece layers: MissingLayers names the
// files, peers send the layers (package merkle), and SetLayer checks them.
//
// # Users
//
// Package torrent/files makes torrents from files and verifies files against them. Package
// sim/content plays the lengths of a torrent in a scenario, and the live client downloads it.
//
// # Contract
//
// Input is not trusted: nesting, sizes and numbers are checked before memory is used for them. Meta
// takes at most about 30 times the memory of the torrent file, which has at most MaxFile bytes. What
// makes a torrent unusable or dangerous is an error, whose text names the field, what was found, and
// what would be right; what can be mended or left out is mended, and a warning in Meta.Warnings.
//
// A Meta can be read by several goroutines, and with GuardLayers also while SetLayer is called. The package
// touches no files and no clock.
package torrent
