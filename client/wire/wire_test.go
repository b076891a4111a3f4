package wire

import (
	"bufio"
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/client"
)

// Every message is the same after encoding and decoding, and has as many bytes as Size says.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := client.Message{Kind: client.Kind(rapid.IntRange(0, int(client.HaveNone)).Draw(r, "kind"))}
		number := func(name string) uint32 { return rapid.Uint32().Draw(r, name) }
		switch m.Kind {
		case client.Have, client.AllowedFast, client.Suggest:
			m.Index = number("index")
		case client.Request, client.Cancel, client.Reject:
			m.Index, m.Begin, m.Length = number("index"), number("begin"), number("length")
		case client.Piece:
			m.Index, m.Begin = number("index"), number("begin")
			if m.Length = uint32(rapid.IntRange(1, 1<<15).Draw(r, "length")); rapid.Bool().Draw(r, "real") {
				m.Data = bytes.Repeat([]byte{7}, int(m.Length))
			}
		case client.Bitfield:
			m.Data = rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(r, "bits")
		case client.Handshake:
			m.Data = rapid.SliceOfN(rapid.Byte(), 40, 40).Draw(r, "data")
			m.Index = rapid.Uint32Range(0, client.SpeaksFast|client.AnswersCancels).Draw(r, "flags")
		}
		got, err := RoundTrip(m)
		if err != nil || !reflect.DeepEqual(got, m) {
			r.Fatalf("%+v came back as %+v, %v", m, got, err)
		}
	})
}

// For any input Decode returns a message or an error, and a message it returns is the same after
// encoding and decoding.
func FuzzDecode(f *testing.F) {
	for _, m := range []client.Message{
		{Kind: client.Choke},
		{Kind: client.KeepAlive},
		{Kind: client.HaveAll},
		{Kind: client.HaveNone},
		{Kind: client.Have, Index: 3},
		{Kind: client.Piece, Length: 5, Data: []byte("hello")},
		{Kind: client.Bitfield, Data: []byte{0x80}},
		{Kind: client.Handshake, Data: make([]byte, 40)},
	} {
		b, err := Encode(&m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, m.Kind == client.Handshake)
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 7}, false)
	f.Fuzz(func(t *testing.T, data []byte, first bool) {
		m, err := Decode(bufio.NewReader(bytes.NewReader(data)), first)
		if err != nil {
			return
		}
		if len(m.Data) > maxMessage {
			t.Fatalf("%d bytes of data", len(m.Data))
		}
		if m.Kind == client.Piece && m.Data == nil {
			m.Data = []byte{}
		}
		b, err := Encode(&m)
		if err != nil {
			t.Fatalf("%+v cannot be encoded: %v", m, err)
		}
		again, err := Decode(bufio.NewReader(bytes.NewReader(b)), first)
		if err != nil || again.Kind != m.Kind || !bytes.Equal(again.Data, m.Data) {
			t.Fatalf("%+v came back as %+v, %v", m, again, err)
		}
	})
}
