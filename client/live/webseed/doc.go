// Package webseed downloads from web seeds: HTTP servers that have a torrent's files (BEP 19, the
// url-list of a torrent).
//
// A Seed is a server as the source of blocks. Fetch joins neighbouring blocks into one range request
// for each file, and hands over each block as it arrives. Padding files (BEP 47) are zeros and not
// asked for. A Peer presents a Seed to the client's state machine as a neighbour that has all pieces
// and uploads to no other: its messages are values, it answers a handshake and requests as a seed with
// the fast extension (BEP 6) does. So strategies, hash checks and bans apply to web seeds as they are.
//
//	seed, err := webseed.New(url, meta, webseed.Options{Local: addr})
//	p := webseed.Open(seed, webseed.Handler{Deliver: ..., Closed: ...}) // event Opened, dialed, at seed.Addr()
//	p.Send(&message)                                                    // action Send
//	p.Close()                                                           // action HangUp
//
// # Contract
//
// Send and Close do not block, so a session's loop may call them. Deliver is called by a goroutine of
// the Peer, one call at a time. It may block: at most 2 MiB of blocks wait, then nothing more is
// read from the server. Closed is called once, unless Close was called before. After it the session
// may open another Peer of the same Seed at Seed.ReadyAt, as long as Seed.Err is nil.
//
// # Failures
//
//   - A file that the server lacks, or has in another length, is not asked for again: the Peer closes,
//     and the next one of the Seed has a bitfield without the file's pieces.
//   - After any other failure the Peer chokes, rejects its requests and unchokes when the server may be
//     asked again: after 5 s, doubling up to 10 minutes, or as the server's Retry-After says.
//   - A server that ignores ranges (status 200 in place of 206) is used as long as what is read in vain
//     is short; otherwise the file counts as lacking.
//   - A corrupt piece is the state machine's affair: it bans the address and the peer id of the web
//     seed, which are made from its URL (Addr, PeerID).
//
// # Limits
//
// The schemes are http and https. HTTP seeds of BEP 17 are not supported. Files whose names were
// changed to be safe to create are asked for by the changed name, which the server will not have.
//
// # Why not a library
//
// The webseed client in anacrolix/torrent v1.62.0 is part of its client: it panics on what that client
// rules out, reports a failure as the end of a pipe, and keeps no state of files and retries.
package webseed
