package crypt

import (
	"context"
	"errors"
	"expvar"
	"fmt"
	"io"
	"iter"
	"net"
	"strconv"

	"github.com/anacrolix/torrent/mse"
)

// protocol is the beginning of every BitTorrent handshake (BEP 3).
const protocol = "\x13BitTorrent protocol"

// Accept makes the handshake of an incoming connection, as far as it has one. infoHashes are those
// of the torrents here, each tried against the peer's; for a hybrid or v2 torrent they include the
// first 20 bytes of its SHA-256 info hash (BEP 52). A plain connection is returned after its first
// 20 bytes have arrived; which torrent it is for is then in the BitTorrent handshake.
//
// On an error the connection is closed.
func Accept(ctx context.Context, conn net.Conn, config Config, infoHashes iter.Seq[[20]byte]) (net.Conn, Info, error) {
	var info Info
	out := conn
	err := during(ctx, conn, config.timeout(), func() (err error) {
		var head [len(protocol)]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return fmt.Errorf("the first bytes: %w", err)
		}
		switch plain := string(head[:]) == protocol; {
		case plain && config.Mode == Required:
			return ErrPlaintextRefused
		case plain:
			out = prefixed(conn, head[:])
			return nil
		case config.Mode == Off:
			return ErrEncryptionRefused
		}
		out, info, err = receive(conn, head[:], config.Mode, infoHashes)
		return err
	})
	if err != nil {
		return nil, Info{}, fmt.Errorf("accept a connection of %v: %w", conn.RemoteAddr(), err)
	}
	return out, info, nil
}

// receive makes the MSE handshake of a peer that dialed.
func receive(conn net.Conn, head []byte, mode Mode, infoHashes iter.Seq[[20]byte]) (net.Conn, Info, error) {
	guarded := &guard{Conn: conn, ahead: head, remaining: maxFromDialer + maxPayload}
	info := Info{Handshake: true}
	secrets := func(try func([]byte) bool) {
		for h := range infoHashes {
			if !try(h[:]) {
				info.InfoHash = h
				return
			}
		}
	}
	var offered mse.CryptoMethod
	choose := func(methods mse.CryptoMethod) mse.CryptoMethod {
		offered = methods
		forget(methods)
		return mode.choose(methods)
	}
	// A context would leave a goroutine reading when it ends; the deadline of the connection ends
	// the handshake instead.
	stream, method, err := mse.ReceiveHandshake(context.Background(), guarded, secrets, choose)
	var ahead []byte
	switch {
	case guarded.err != nil:
		err = guarded.err
	case errors.Is(err, mse.ErrNoSecretKeyMatch):
		err = ErrUnknownTorrent
	case err != nil && offered != 0 && mode.choose(offered) == 0:
		err = fmt.Errorf("%w: the peer offers %#x, encryption is %v", ErrMethodRefused, uint32(offered), mode)
	case err == nil:
		ahead, err = guarded.finish(stream)
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("MSE handshake: %w", err)
	}
	if method == mse.CryptoMethodRC4 {
		info.Method = RC4
		return &rc4Stream{Conn: conn, cipher: stream, ahead: ahead}, info, nil
	}
	return prefixed(conn, ahead), info, nil
}

// forget removes a peer's offer from the counters that mse publishes, one for each of the 2^32
// values that a peer can send, unless it consists of known methods.
func forget(offered mse.CryptoMethod) {
	if offered&^mse.AllSupportedCrypto == 0 {
		return
	}
	if counters, ok := expvar.Get("mseCryptoProvides").(*expvar.Map); ok {
		counters.Delete(strconv.FormatUint(uint64(offered), 16))
	}
}
