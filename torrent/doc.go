// Package torrent parses torrent files: version 1 (BEP 3, with the padding files of BEP 47) and the
// version 1 half of hybrids (BEP 52).
//
// # Usage
//
//	meta, err := torrent.Parse(text)
//
// Meta has the info hash, the lengths of the files and pieces, and the hashes. The names of the
// files and the trackers are not read. Package sim/content uses it for the scenario's
// content.torrent.
//
// Input is not trusted: nesting and sizes are checked before anything is decoded.
package torrent
