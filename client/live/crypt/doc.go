// Package crypt makes connections to peers that may be encrypted: message stream encryption (MSE,
// also called protocol encryption, https://wiki.vuze.com/w/Message_Stream_Encryption). The live
// client calls Accept for each incoming connection and Connect for each peer that it dials, before
// it speaks BEP 3. The handshake itself is that of package mse of anacrolix/torrent.
//
// # Usage
//
//	conn, info, err := crypt.Accept(ctx, conn, crypt.Config{Mode: crypt.Preferred}, infoHashes)
//	conn, info, err := crypt.Connect(ctx, open, crypt.Config{Mode: crypt.Preferred}, infoHash, hello)
//
// Accept recognizes a plain BitTorrent handshake by its first 20 bytes; anything else has to be
// an MSE handshake for one of the given info hashes. No byte is lost: the connection that is
// returned reads the peer's handshake from its first byte. Connect tries the way that the mode
// prefers, and the other way at once, with a new connection, where the mode allows it.
//
// # Contract
//
//   - On an error the connection is closed, and the error says what was refused and why.
//   - A plain stream keeps its speed: the result is the *net.TCPConn itself, or a value that embeds
//     it, so that net.Buffers writes with writev and io.Copy from a file uses sendfile.
//   - An RC4 stream has the method WriteBuffers, which sends several buffers with one system call.
//   - A handshake reads at most 1,176 bytes and the initial payload, at most 4 KiB, and ends after
//     Config.Timeout at the latest, however slowly the bytes arrive.
//
// # Limits
//
// MSE hides the protocol from equipment that looks at packets. It does not authenticate: any peer
// that knows the info hash can be the other end, and an attacker between two peers that knows
// it can decrypt the stream, or make a peer fall back to plaintext in every mode but Required.
package crypt
