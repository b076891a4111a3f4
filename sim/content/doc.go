// Package content is what a swarm distributes: its shape and, with payload: real, its bytes.
//
// A scenario's content is a size, a torrent file, or the files at a path. Open finds its shape
// and every mistake in it that does not take reading the bytes; Check does the same for a
// scenario.Source, so that swarmsim check refuses what run would refuse. Load also hashes the
// bytes where the torrent needs them. A Content is not changed after that: the peers of a run
// share it, and each gets a store of its own from NewStore. Verify compares a store with the
// source once its peer has completed.
//
// With payload: virtual no bytes exist, and stores are VirtualStore. Files are read through
// package bounded. sim calls this package, and the commands call Check.
package content
