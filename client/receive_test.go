package client

import (
	"slices"
	"testing"

	"swarmsim/prefetch"
)

// A message that breaks the protocol ends the connection.
func TestProtocolErrorEndsConnection(t *testing.T) {
	for name, m := range map[string]Message{
		"a piece that does not exist":          {Kind: Have, Index: 2},
		"a bitfield of the wrong length":       {Kind: Bitfield, Data: []byte{0, 0}},
		"spare bits that are set":              {Kind: Bitfield, Data: []byte{0xff}},
		"a request beyond the end":             {Kind: Request, Index: 1, Begin: BlockSize, Length: BlockSize + 1},
		"a request of length 0":                {Kind: Request, Index: 0},
		"a request for a piece that is absent": {Kind: Request, Index: 0, Length: BlockSize},
		"a block at a wrong offset":            {Kind: Piece, Index: 0, Begin: 1, Length: BlockSize},
		"a block of the wrong length":          {Kind: Piece, Index: 0, Length: 1},
		"a block of a piece beyond the last":   {Kind: Piece, Index: 7, Length: BlockSize},
		"a second handshake":                   {Kind: Handshake},
		"a message of no known kind":           {Kind: 77},
		"a block with too little data":         {Kind: Piece, Index: 0, Length: BlockSize, Data: []byte{1}},
	} {
		s := newScript(t, 2, false, nil)
		s.connect(0, 8)
		if got := s.receive(0, m); !slices.Contains(got, "0: hang up") {
			t.Errorf("%s: %v, want a hang up", name, got)
		}
	}
}

// The greatest piece index of a message does not exist in any torrent. An int of 32 bits holds it
// as -1, which must not become the index of a slice.
func TestGreatestPieceIndex(t *testing.T) {
	for _, kind := range []Kind{Have, Suggest, AllowedFast} {
		s := newScript(t, 4, false, func(c *Config) { c.Settings.Fast.Enabled = true })
		s.connectFast(0, 8)
		s.peer.PrefetchMessage(&prefetch.List{}, 0, 0, kind, 1<<32-1, 0)
		s.expect(s.receive(0, Message{Kind: kind, Index: 1<<32 - 1}), "0: hang up")
	}
}

// A malformed bitfield leaves the numbers of copies as they are, which every step checks.
func TestMalformedBitfieldCountsNoCopies(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.connect(0, 8)
	s.expect(s.receive(0, Message{Kind: Bitfield, Data: []byte{0xe0}}), "0: hang up")
}
