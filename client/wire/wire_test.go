package wire

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	pp "github.com/anacrolix/torrent/peer_protocol"
	"pgregory.net/rapid"

	"swarmsim/client"
)

// Every message is the same after encoding and decoding, and has as many bytes as Size says.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := client.Message{Kind: client.Kind(rapid.IntRange(0, int(client.Unknown)-1).Draw(r, "kind"))}
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
		case client.Port:
			m.Index = uint32(rapid.Uint16().Draw(r, "port"))
		case client.HashRequest, client.HashReject:
			m.Data = rapid.SliceOfN(rapid.Byte(), 48, 48).Draw(r, "request")
		case client.Hashes:
			m.Data = rapid.SliceOfN(rapid.Byte(), 48, 300).Draw(r, "hashes")
		case client.Bitfield:
			m.Data = rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(r, "bits")
		case client.Extended:
			m.Data = rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(r, "payload")
		case client.Handshake:
			m.Data = rapid.SliceOfN(rapid.Byte(), 40, 40).Draw(r, "data")
			m.Index = rapid.Uint32Range(0, client.SpeaksV2<<1-1).Draw(r, "flags")
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
		client.Extended: 5 + 3, client.Port: 7,
		client.HashRequest: 5 + 48, client.Hashes: 5 + 3, client.HashReject: 5 + 48,
	}
	for kind := range client.Unknown {
		m := client.Message{Kind: kind, Length: 100}
		switch kind {
		case client.Bitfield, client.Extended, client.Hashes:
			m.Data = make([]byte, 3)
		case client.HashRequest, client.HashReject:
			m.Data = make([]byte, 48)
		case client.Handshake:
			m.Data = make([]byte, 40)
		}
		if b := Append(nil, &m); m.Size() != uint32(len(b)) || m.Size() != want[kind] {
			t.Errorf("%v: Size is %d, %d bytes are sent, want %d", kind, m.Size(), len(b), want[kind])
		}
	}
}

// decode reads one message from bytes, after a handshake or as one.
func decode(b []byte, first bool) (client.Message, error) {
	r := NewReader(bytes.NewReader(b), Limits{})
	if first {
		return r.Handshake()
	}
	return r.Next()
}

// The bytes are those that another implementation, the codec of anacrolix/torrent, reads and writes.
func TestBytesAreThoseOfAnotherImplementation(t *testing.T) {
	types := map[client.Kind]pp.MessageType{
		client.Suggest: pp.Suggest, client.HaveAll: pp.HaveAll, client.HaveNone: pp.HaveNone,
		client.Reject: pp.Reject, client.AllowedFast: pp.AllowedFast, client.Extended: pp.Extended, client.Port: pp.Port,
	}
	for kind := client.Choke; kind <= client.Port; kind++ {
		if kind == client.Handshake {
			continue
		}
		m := client.Message{Kind: kind}
		want := pp.Message{Type: pp.MessageType(kind), Keepalive: kind == client.KeepAlive}
		if id, ok := types[kind]; ok {
			want.Type = id
		}
		switch kind {
		case client.Have, client.AllowedFast, client.Suggest:
			m.Index, want.Index = 7, 7
		case client.Request, client.Cancel, client.Reject:
			m.Index, m.Begin, m.Length = 1<<20+1, 2<<14, 3
			want.Index, want.Begin, want.Length = 1<<20+1, 2<<14, 3
		case client.Piece:
			m.Index, m.Begin, m.Length, m.Data = 9, 8, 5, []byte("hello")
			want.Index, want.Begin, want.Piece = 9, 8, []byte("hello")
		case client.Bitfield:
			m.Data, want.Bitfield = []byte{0xa0}, []bool{true, false, true, false, false, false, false, false}
		case client.Extended:
			m.Data, want.ExtendedID, want.ExtendedPayload = []byte("\x03de"), 3, []byte("de")
		case client.Port:
			m.Index, want.Port = 6881, 6881
		}
		b, err := want.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if got := Append(nil, &m); !bytes.Equal(got, b) {
			t.Errorf("%v: %x, want %x", kind, got, b)
		}
		if got, err := decode(b, false); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%v: %+v, %v, want %+v", kind, got, err, m)
		}
	}
}

// A reader returns the messages of a stream whatever the parts are in which it comes, and blocks are
// in the buffers that its caller provides.
func TestReaderOfParts(t *testing.T) {
	messages := []client.Message{
		{Kind: client.Unchoke},
		{Kind: client.Piece, Index: 3, Begin: 1 << 14, Length: 1 << 14, Data: bytes.Repeat([]byte{5}, 1<<14)},
		{Kind: client.KeepAlive},
		{Kind: client.Bitfield, Data: bytes.Repeat([]byte{9}, 100_000)},
		{Kind: client.Have, Index: 12},
	}
	var stream []byte
	for _, m := range messages {
		stream = Append(stream, &m)
	}
	for i, part := range []int{1, 7, 4096, len(stream), 1, 7, 600, 4096, len(stream)} {
		source := io.Reader(&partReader{stream, part})
		if i > 3 {
			source = &partVector{partReader: partReader{stream, part}}
		}
		r := NewReader(source, Limits{})
		blocks := 0
		r.Block = func(n int) ([]byte, error) { blocks++; return make([]byte, 1<<14), nil }
		for _, want := range messages {
			if got, err := r.Next(); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("parts of %d: %v, %v, want %v", part, got.Kind, err, want.Kind)
			}
		}
		if _, err := r.Next(); err != io.EOF || blocks != 1 {
			t.Errorf("parts of %d: %v at the end, %d blocks", part, err, blocks)
		}
	}
}

// partReader reads at most size bytes at a time.
type partReader struct {
	rest []byte
	size int
}

func (p *partReader) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.size)], p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// partVector is a VectorReader, which has nothing to read every second time.
type partVector struct {
	partReader
	tries int
}

func (p *partVector) ReadVector(a, b []byte) (int, error) {
	n, err := p.Read(a)
	if n == len(a) && n < p.size && len(b) > 0 {
		whole := p.size
		p.size -= n
		more, _ := p.Read(b)
		n, p.size = n+more, whole
	}
	return n, err
}

func (p *partVector) TryReadVector(a, b []byte) (int, error) {
	if p.tries++; p.tries%2 == 0 {
		return 0, nil
	}
	return p.ReadVector(a, b)
}

// Before a reader waits, its caller is told, so that no message is kept back.
func TestReaderIsIdleBeforeItWaits(t *testing.T) {
	have := client.Message{Kind: client.Have, Index: 12}
	one := Append(nil, &have)
	stream := slices.Repeat(one, 3)
	for _, x := range []struct {
		source io.Reader
		idle   []int // after how many messages
	}{
		{&partReader{stream, 2 * len(one)}, []int{0, 2}},
		{&partVector{partReader{stream, 2 * len(one)}, 1}, []int{0}}, // the third is there when it is wanted
	} {
		r, read := NewReader(x.source, Limits{}), 0
		var idle []int
		r.Idle = func() { idle = append(idle, read) }
		for ; read < 3; read++ {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(idle, x.idle) {
			t.Errorf("%T: idle after %v messages, want %v", x.source, idle, x.idle)
		}
	}
}

// A download's messages cost no allocation.
func TestReaderAllocatesNothing(t *testing.T) {
	var stream []byte
	block := make([]byte, 1<<14)
	for range 1000 {
		stream = Append(stream, &client.Message{Kind: client.Piece, Length: 1 << 14, Data: block})
		stream = Append(stream, &client.Message{Kind: client.Request, Length: 1 << 14})
		stream = Append(stream, &client.Message{Kind: client.Have, Index: 1})
	}
	r := NewReader(bytes.NewReader(stream), Limits{})
	r.Block = func(int) ([]byte, error) { return block, nil }
	if n := testing.AllocsPerRun(900, func() {
		for range 3 {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations for three messages", n)
	}
}

// For any input a reader returns a message or an error, and a message that it returns is the same
// after encoding and decoding.
func FuzzReader(f *testing.F) {
	for _, m := range []client.Message{
		{Kind: client.Choke},
		{Kind: client.KeepAlive},
		{Kind: client.HaveAll},
		{Kind: client.Extended, Data: []byte{0, 'd', 'e'}},
		{Kind: client.Have, Index: 3},
		{Kind: client.Piece, Length: 5, Data: []byte("hello")},
		{Kind: client.Bitfield, Data: []byte{0x80}},
		{Kind: client.HashRequest, Data: make([]byte, 48)},
		{Kind: client.Handshake, Data: make([]byte, 40)},
	} {
		f.Add(Append(nil, &m), m.Kind == client.Handshake)
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 7}, false)
	f.Add([]byte{0, 0, 0, 3, 9, 0x1a, 0xe1}, false)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 99}, false) // of unknown id and too long
	f.Fuzz(func(t *testing.T, data []byte, first bool) {
		m, err := decode(data, first)
		if err != nil {
			return
		}
		if len(m.Data) > len(data) {
			t.Fatalf("%d bytes of data in %d", len(m.Data), len(data))
		}
		if m.Kind == client.Unknown {
			if int(m.Size()) > len(data) || m.Data != nil {
				t.Fatalf("%+v in %d bytes", m, len(data))
			}
			return
		}
		again, err := decode(Append(nil, &m), first)
		if err != nil || again.Kind != m.Kind || !bytes.Equal(again.Data, m.Data) {
			t.Fatalf("%+v came back as %+v, %v", m, again, err)
		}
	})
}

// A message with an unknown id is skipped, and the next one is read as usual. Ids of other
// protocols are among them, and those that are numbers of a client.Kind only.
func TestUnknownMessages(t *testing.T) {
	for _, id := range []byte{10, 11, 12, 18, 19, 24, 99, 255} {
		r := NewReader(bytes.NewReader([]byte{0, 0, 0, 3, id, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0}), Limits{})
		for _, want := range []client.Message{
			{Kind: client.Unknown, Index: uint32(id), Length: 2},
			{Kind: client.Choke},
			{Kind: client.KeepAlive},
		} {
			if got, err := r.Next(); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("id %d: %+v, %v, want %+v", id, got, err, want)
			}
		}
	}
}

// A message that is too long, or has a length that its kind cannot have, is refused before any room
// is made for it.
func TestWrongLengths(t *testing.T) {
	for _, b := range [][]byte{
		{0, 0, 0, 2, 0},              // CHOKE with a body
		{0, 0, 0, 4, 4},              // HAVE of three bytes
		{0, 0, 0, 14, 6},             // REQUEST of thirteen
		{0, 0, 0, 8, 7},              // PIECE without a position
		{0, 2, 0, 10, 7},             // PIECE of more than 128 KiB
		{0xff, 0xff, 0xff, 0xff, 5},  // BITFIELD
		{0x7f, 0xff, 0xff, 0xff, 20}, // extended message
		{0, 0, 0, 1, 20},             // without an id
	} {
		if m, err := decode(append(b, make([]byte, 64)...), false); err == nil || !strings.Contains(err.Error(), "must be") {
			t.Errorf("%x: %+v, %v", b, m, err)
		}
	}
}

// A stream that ends in the middle of a message is an error, and not its end.
func TestCutShort(t *testing.T) {
	for _, b := range [][]byte{{0, 0, 0}, {0, 0, 0, 3}, {0, 0, 0, 3, 99, 1}, {0, 0, 0, 5, 4, 0}, {0, 0, 0, 12, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1}} {
		if m, err := decode(b, false); err != io.ErrUnexpectedEOF {
			t.Errorf("%x: %+v, %v", b, m, err)
		}
	}
}
