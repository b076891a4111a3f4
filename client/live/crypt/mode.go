package crypt

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/anacrolix/torrent/mse"
)

// Mode says which connections are made and accepted. The modes are Transmission's, and Off.
type Mode uint8

const (
	// Off sends and accepts plaintext only.
	Off Mode = iota

	// Allowed dials in plaintext first, accepts both, and chooses plaintext for the stream after
	// an encrypted handshake where the peer offers it. It costs the least CPU time.
	Allowed

	// Preferred dials encrypted first, accepts both, and chooses RC4 where the peer offers it.
	Preferred

	// Required sends and accepts streams that are encrypted with RC4 from their first byte to
	// their last.
	Required
)

var modeNames = [...]string{Off: "off", Allowed: "allowed", Preferred: "preferred", Required: "required"}

func (m Mode) String() string {
	if int(m) < len(modeNames) {
		return modeNames[m]
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// MarshalText returns the name that UnmarshalText accepts.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts off, allowed, preferred and required.
func (m *Mode) UnmarshalText(text []byte) error {
	for i, name := range modeNames {
		if string(text) == name {
			*m = Mode(i)
			return nil
		}
	}
	return fmt.Errorf("encryption %q is unknown; it is one of %s", text, strings.Join(modeNames[:], ", "))
}

// provides returns the methods that a peer with this mode offers when it dials.
func (m Mode) provides() mse.CryptoMethod {
	if m == Required {
		return mse.CryptoMethodRC4
	}
	return mse.AllSupportedCrypto
}

// choose returns the method of a stream whose other end offers some, 0 if none is acceptable.
func (m Mode) choose(offered mse.CryptoMethod) mse.CryptoMethod {
	switch {
	case m == Required:
		return offered & mse.CryptoMethodRC4
	case m == Allowed && offered&mse.CryptoMethodPlaintext != 0:
		return mse.CryptoMethodPlaintext
	case offered&mse.CryptoMethodRC4 != 0:
		return mse.CryptoMethodRC4
	}
	return offered & mse.CryptoMethodPlaintext
}

// DefaultTimeout is the time a handshake may take unless a Config says otherwise.
const DefaultTimeout = 10 * time.Second

// Config says how connections are made.
type Config struct {
	Mode Mode

	// Timeout is the time that the handshake of one connection may take, DefaultTimeout if it is 0.
	Timeout time.Duration
}

func (c Config) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return DefaultTimeout
}

// Method is the encryption of a stream after the handshake.
type Method uint8

const (
	Plaintext Method = iota
	RC4
)

func (m Method) String() string {
	if m == RC4 {
		return "rc4"
	}
	return "plaintext"
}

// Info describes a connection that was made.
type Info struct {
	// Handshake reports whether the connection began with an MSE handshake.
	Handshake bool

	// Method is the encryption of the stream after the handshake. Without an MSE handshake it is
	// Plaintext.
	Method Method

	// InfoHash is the torrent for which the MSE handshake was made; zero without one.
	InfoHash [20]byte
}

// What a connection can be refused for. Errors of Accept, Dial and Connect wrap these.
var (
	ErrPlaintextRefused  = errors.New("the connection is in plaintext, and encryption is required")
	ErrEncryptionRefused = errors.New("no BitTorrent handshake, and encryption is off")
	ErrMethodRefused     = errors.New("no common method of encryption")
	ErrUnknownTorrent    = errors.New("the MSE handshake is for none of the torrents here")
	ErrTooLong           = errors.New("the MSE handshake is longer than the protocol allows")
	ErrNotBitTorrent     = errors.New("the answer is no BitTorrent handshake")
)
