// Package storage keeps the content of torrents in files on disk. It is the client.Store of the live
// client: package client/live opens one Store a torrent, and all stores of a session share a Pool.
//
// # Usage
//
//	pool := storage.NewPool(storage.Limits{})
//	defer pool.Close()
//	store, err := storage.Open(pool, meta, storage.Options{Folder: "downloads", Done: post})
//	have, err := store.Resume(ctx, progress) // the verified pieces
//	...
//	buffer, err := pool.Received.Acquire(ctx) // the socket reader receives a block into it
//	store.Write(piece, begin, buffer[:n])     // the store releases it
//	store.Verify(piece)                       // Done is called with PieceVerified or Failed
//	err = store.Close()
//
// Read, Write, Verify and Flush never wait for a disk or a hash; they are for the torrent's event
// loop. Results are passed to Options.Done by the pool's workers. All methods may be called by several
// goroutines at once.
//
// # How it works
//
// A piece that is being downloaded is a task of the pool. One worker at a time runs it, so that its
// blocks are written and hashed in order; several pieces keep all cores busy. A worker takes all
// blocks that have gathered: it hashes those that continue the piece's running hash while they are in
// the processor's cache, and writes neighbouring blocks with one system call. Blocks that came out of
// order are kept until the blocks before them come or, where memory is short, are read back.
//
// # Files
//
// Files are opened through os.Root: neither a path in a torrent nor a symlink in the folder leads
// out of Options.Folder. Padding files (BEP 47, https://www.bittorrent.org/beps/bep_0047.html) are
// not written and are read as zeros. What a piece contains of a file that is not wanted is kept in one
// hidden file, ".HASH.parts", as libtorrent does, so that the unwanted file is not created; an unwanted
// file that exists is used.
//
// # Resume
//
// Close and Save write the verified pieces, and the size and modification time of each file, to
// Options.StatePath. Resume trusts the pieces of the files that have not changed since, and hashes the
// others. A crash therefore costs time for hashing, and no verified piece.
//
// # Limits
//
// A block in a Buffer is at most 16 KiB. Reads are at most 128 KiB. The package keeps no lock on the
// folder: two processes must not download the same torrent into the same folder.
package storage
