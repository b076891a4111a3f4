package wire

import (
	"bufio"
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/client"
)

// Every message is the same after encoding and decoding, and has as many bytes as Size says.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := client.Message{Kind: client.Kind(rapid.IntRange(0, int(client.Extended)).Draw(r, "kind"))}
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
		case client.Extended:
			m.Data = rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(r, "payload")
		case client.Handshake:
			m.Data = rapid.SliceOfN(rapid.Byte(), 40, 40).Draw(r, "data")
			m.Index = rapid.Uint32Range(0, client.SpeaksFast|client.AnswersCancels|client.SpeaksExtensions).Draw(r, "flags")
		}
		got, err := RoundTrip(m)
		if err != nil || !reflect.DeepEqual(got, m) {
			r.Fatalf("%+v came back as %+v, %v", m, got, err)
		}
	})
}

// Message.Size is the number of bytes on the wire for every kind of message that is sent, with the
// lengths of BEP 3, BEP 6 and BEP 10.
func TestSizes(t *testing.T) {
	want := map[client.Kind]uint32{
		client.Choke: 5, client.Unchoke: 5, client.Interested: 5, client.NotInterested: 5,
		client.Have: 9, client.Bitfield: 5 + 3, client.Request: 17, client.Piece: 13 + 100, client.Cancel: 17,
		client.KeepAlive: 4, client.Handshake: 68,
		client.AllowedFast: 9, client.Reject: 17, client.Suggest: 9, client.HaveAll: 5, client.HaveNone: 5,
		client.Extended: 5 + 3,
	}
	for kind := range client.Unknown {
		m := client.Message{Kind: kind, Length: 100}
		switch kind {
		case client.Bitfield, client.Extended:
			m.Data = make([]byte, 3)
		case client.Handshake:
			m.Data = make([]byte, 40)
		}
		b, err := Encode(&m)
		if err != nil || m.Size() != uint32(len(b)) || m.Size() != want[kind] {
			t.Errorf("%v: Size is %d, %d bytes are sent, want %d; %v", kind, m.Size(), len(b), want[kind], err)
		}
	}
}

// For any input Decode returns a message or an error, and a message it returns is the same after
// encoding and decoding.
func FuzzDecode(f *testing.F) {
	for _, m := range []client.Message{
		{Kind: client.Choke},
		{Kind: client.KeepAlive},
		{Kind: client.HaveAll},
		{Kind: client.HaveNone},
		{Kind: client.Extended, Data: []byte{0, 'd', 'e'}},
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
	f.Add([]byte{0, 0, 0, 3, 9, 0x1a, 0xe1}, false)  // PORT (BEP 5)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 99}, false) // of unknown id and too long
	f.Fuzz(func(t *testing.T, data []byte, first bool) {
		m, err := Decode(bufio.NewReader(bytes.NewReader(data)), first)
		if err != nil {
			return
		}
		if len(m.Data) > maxMessage {
			t.Fatalf("%d bytes of data", len(m.Data))
		}
		if m.Kind == client.Unknown {
			if int(m.Size()) > len(data) || m.Data != nil {
				t.Fatalf("%+v in %d bytes", m, len(data))
			}
			return
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

// A message with an unknown id is skipped, and the next one is read as usual. Ids of other
// protocols are among them, and those that are numbers of a client.Kind only.
func TestUnknownMessages(t *testing.T) {
	for _, id := range []byte{9, 10, 11, 12, 18, 19, 21, 99, 255} {
		r := bufio.NewReader(bytes.NewReader([]byte{0, 0, 0, 3, id, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0}))
		for _, want := range []client.Message{
			{Kind: client.Unknown, Index: uint32(id), Length: 2},
			{Kind: client.Choke},
			{Kind: client.KeepAlive},
		} {
			if got, err := Decode(r, false); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("id %d: %+v, %v, want %+v", id, got, err, want)
			}
		}
		if m, err := Decode(r, false); err != io.EOF {
			t.Errorf("id %d: %+v, %v, want the end", id, m, err)
		}
	}
	for name, bytes := range map[string][]byte{
		"too long":   {0, 0x20, 0, 0, 99},
		"cut short":  {0, 0, 0, 3, 99, 1},
		"without id": {0, 0, 0, 3},
	} {
		if m, err := Decode(bufio.NewReader(strings.NewReader(string(bytes))), false); err == nil || err == io.EOF {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	if b, err := Encode(&client.Message{Kind: client.Unknown, Index: 99}); err == nil {
		t.Errorf("an unknown message is sent: %v", b)
	}
}
