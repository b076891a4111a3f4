// Package live plays the client of package client on real sockets, files and the wall clock. The
// simulator plays the same code on simulated links; what differs between the two worlds is here.
//
//	s, err := live.New(live.Config{Listen: []netip.AddrPort{addr}, Client: strategies})
//	t, err := s.Add(meta, live.Options{Folder: "downloads"})
//	<-t.Done()          // every file that was wanted is there, or t.Err says why not
//	t.Stats()           // at any time
//	err = s.Close(ctx)  // tells the trackers, writes what is needed to resume
//
// # How it works
//
// A Session has sockets, a storage.Pool and any number of Torrents. Each Torrent has one goroutine,
// its loop, which alone calls the state machine: events come in through a mailbox, in batches, and
// actions go out to the goroutines that do what takes time:
//
//	reader (one a connection)    bytes -> messages -> mailbox
//	loop                         mailbox -> client.Peer.Step -> actions
//	writer (one a connection)    messages -> bytes
//	storage's workers            blocks -> files, hashes -> mailbox
//	dials, announces             one goroutine each -> mailbox
//
// A block is received into a buffer of the storage's pool, which writes it to its file from there,
// and is read into such a buffer, from which the writer hands it to the kernel. Readers wait while
// all buffers are in use, so that a slow disk slows the senders down.
//
// # Contract
//
// A Session and its Torrents may be used by several goroutines. Everything that peers and trackers
// send is bounded before memory is used for it. Close ends all goroutines.
package live
