// Package torrent reads torrent files.
//
// Parse turns the bytes of a file into the shape of its content: lengths, pieces
// and hashes, and the info hash. It reads version 1 (BEP 3, with the padding
// files of BEP 47) and the version 1 half of hybrids (BEP 52). A file is hostile
// until it has been looked at: nesting and sizes are bounded before anything is
// decoded. sim calls it for content.torrent.
package torrent
