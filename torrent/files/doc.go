// Package files makes torrents from files, and verifies files against torrents, on all cores.
//
//	meta, err := files.Create(ctx, os.DirFS("/data"), "folder", files.Options{Version: torrent.V1})
//	text, err := meta.Encode()
//
//	result, err := files.Verify(ctx, os.DirFS("/data"), "folder", meta, files.VerifyOptions{})
//
// The commands swarmsim torrent create and verify call it.
//
// # Contract
//
// Files are read through an fs.FS. One that does not implement io.ReaderAt works, but is read from its
// beginning for each part. The memory used is a buffer for each worker and the hashes; it does not
// depend on the size of the content. Both functions end when the context ends, with its error.
//
// Create is deterministic: the same files and options give the same torrent, byte for byte. A creation
// date is written only if the options have one, and neither modification times nor the order in which
// a folder lists its files matter.
//
// # Sources
//
// The order of files is that of BEP 52, and by option that of mktorrent; padding files are placed as
// libtorrent places them (file_storage::canonicalize); the automatic piece length is libtorrent's
// (create_torrent). Tests compare the info hashes with those of both programs.
package files
