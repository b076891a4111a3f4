package extension

import (
	"reflect"
	"testing"
)

// fuzzDecoder checks a decoder of untrusted input: it does not fail in another way than by an
// error, and what it accepts is the same after encoding and decoding.
func fuzzDecoder[T any](f *testing.F, decode func(*T, []byte) error, encode func(*T) []byte, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m, again T
		if decode(&m, data) != nil {
			return
		}
		text := encode(&m)
		if err := decode(&again, text); err != nil {
			t.Fatalf("%+v is encoded as %q, which is refused: %v", m, text, err)
		}
		if !reflect.DeepEqual(m, again) && string(encode(&again)) != string(text) {
			t.Fatalf("%+v came back as %+v", m, again)
		}
	})
}

func FuzzHandshake(f *testing.F) {
	fuzzDecoder(f, (*Handshake).Decode, func(h *Handshake) []byte { return h.Append(nil) },
		"d1:md6:ut_pexi1ee1:pi6881e4:reqqi500e1:v8:swarmsim6:yourip4:abcde",
		"d12:complete_agoi5e1:ei1e4:ipv616:abcdabcdabcdabcd13:metadata_sizei7e11:upload_onlyi1ee", "d1:xllllllleeeeeeee")
}

func FuzzPeerExchange(f *testing.F) {
	fuzzDecoder(f, func(x *PeerExchange, b []byte) error { return x.Decode(b, 50) }, func(x *PeerExchange) []byte { return x.Append(nil) },
		"d5:added6:abcdef7:added.f1:a7:dropped0:e", "d6:added618:abcdefabcdefabcdef8:dropped618:abcdefabcdefabcdefe")
}

func FuzzMetadataMessage(f *testing.F) {
	fuzzDecoder(f, (*MetadataMessage).Decode, func(m *MetadataMessage) []byte { return m.Append(nil) },
		"d8:msg_typei0e5:piecei0ee", "d8:msg_typei1e5:piecei0e10:total_sizei34256eexxxx", "d8:msg_typei255e5:piecei0ee")
}

func FuzzHolepunch(f *testing.F) {
	fuzzDecoder(f, (*HolepunchMessage).Decode, func(m *HolepunchMessage) []byte { return m.Append(nil) },
		"\x00\x00abcdef\x00\x00\x00\x00", "\x01\x01abcdefabcdefabcdef", "\x02\x00abcdef\x00\x00\x00\x04")
}
