// Package layers exchanges piece layers with peers (BEP 52,
// https://www.bittorrent.org/beps/bep_0052.html, "hash request"). The torrent file has the layers, and a
// magnet link leads to the info dictionary alone: then neighbours send them.
//
// A Server answers what neighbours ask:
//
//	s := layers.NewServer(meta)
//	payload, ok := s.Answer(m.Data) // of HASHES; otherwise of HASH REJECT
//
// A Fetcher asks neighbours for the layers that are missing, verifies each answer, and passes complete
// layers to the torrent (torrent.Meta.SetLayer):
//
//	f := layers.NewFetcher(meta)
//	f.Join(conn)                      // a neighbour that knows version 2
//	f.Ask(now, send)                  // after every call of another method, and at f.Next()
//	ok := f.OnHashes(now, conn, data) // false for an answer that is wrong: hang up
//	// until f.Done()
//
// Both are pure: time is an argument. Package client/metadata fetches layers before the download of a
// torrent of version 2 begins, client/live those of a hybrid while SHA-1 hashes verify its pieces.
//
// # Contract
//
// Nothing that a neighbour sends is believed without a proof that leads to the root in the info
// dictionary, so a wrong answer is its sender's fault. Requests that are rejected, late, or lost with
// their connection go to other neighbours. A Fetcher takes 32 bytes for each piece, and a Server keeps the
// trees of a few files at 64 bytes a piece.
//
// Limits: a Server knows piece layers and what is above them. It rejects requests for the hashes of
// blocks, for which it would have to read the content.
package layers
