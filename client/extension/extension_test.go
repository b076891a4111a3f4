package extension

import (
	"bytes"
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

// The handshake of BEP 10 has these keys, sorted, and comes back the same.
func TestHandshake(t *testing.T) {
	h := Handshake{
		Client: "swarmsim", Port: 6881, Requests: 500, MetadataSize: 31235, UploadOnly: true, Encryption: true,
		YourIP: netip.MustParseAddr("10.0.0.2"), IPv4: netip.MustParseAddr("10.0.0.1"), IPv6: netip.MustParseAddr("2001:db8::1"),
		CompleteSeconds: 31,
	}
	for e := range Count {
		h.IDs[e] = e.LocalID()
	}
	got := h.Append(nil)
	want := "d12:complete_agoi30e1:ei1e4:ipv44:\x0a\x00\x00\x014:ipv616:\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" +
		"1:md11:lt_donthavei3e11:upload_onlyi5e12:ut_holepunchi4e11:ut_metadatai2e6:ut_pexi1ee" +
		"13:metadata_sizei31235e1:pi6881e4:reqqi500e11:upload_onlyi1e1:v8:swarmsim6:yourip4:\x0a\x00\x00\x02e"
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var back Handshake
	if err := back.Decode(got); err != nil || !reflect.DeepEqual(back, h) {
		t.Errorf("%+v came back as %+v, %v", h, back, err)
	}
}

// BEP 10: "subsequent handshake messages can be used to enable/disable extensions": they change only
// what they name, and the id 0 ends an extension.
func TestLaterHandshakeChangesWhatItNames(t *testing.T) {
	var h Handshake
	for _, text := range []string{"d1:md11:ut_metadatai3e6:ut_pexi9ee1:pi6881e4:reqqi250ee", "d1:md6:ut_pexi0eee"} {
		if err := h.Decode([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if want := (Handshake{IDs: IDs{Metadata: 3}, Port: 6881, Requests: 250}); !reflect.DeepEqual(h, want) {
		t.Errorf("%+v, want %+v", h, want)
	}
}

// What is not understood in a handshake does no harm: unknown keys, values of another type,
// numbers that are out of range, and keys that are not sorted.
func TestHandshakeIgnoresWhatItDoesNotKnow(t *testing.T) {
	var h Handshake
	text := "d4:reqqi-5e1:v3:abc1:xld1:yi1eee1:pi70000e6:yourip3:abc13:metadata_size1:x12:complete_agoi-1e" +
		"1:eli1ee1:zi99999999999999999999e1:md6:ut_pexi300e11:ut_metadatai2eee"
	if err := h.Decode([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if want := (Handshake{IDs: IDs{Metadata: 2}, Client: "abc"}); !reflect.DeepEqual(h, want) {
		t.Errorf("%+v, want %+v", h, want)
	}
	for _, bad := range []string{"", "i1e", "le", "d", "d1:v", "d1:v9:abce", "d1:mi1", "di1ei1ee", "d1:pi1e1:pi2ee",
		"d1:x" + strings.Repeat("l", 300) + strings.Repeat("e", 300) + "e", "d1:v99999999999999999999:abce"} {
		if err := new(Handshake).Decode([]byte(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	if err := new(Handshake).Decode(bytes.Repeat([]byte("l"), MaxHandshake+1)); err != errTooLong {
		t.Errorf("a long handshake gives %v", err)
	}
}

// BEP 11: addresses of both families with their flags.
func TestPeerExchange(t *testing.T) {
	a, b := netip.MustParseAddrPort("10.0.0.1:6881"), netip.MustParseAddrPort("[2001:db8::1]:80")
	x := PeerExchange{
		Added:   []Peer{{a, Seed | Reachable}, {b, PrefersEncryption}},
		Dropped: []netip.AddrPort{a, b},
	}
	got := x.Append(nil)
	v4, v6 := "\x0a\x00\x00\x01\x1a\xe1", "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x50"
	want := "d5:added6:" + v4 + "7:added.f1:\x126:added618:" + v6 + "8:added6.f1:\x017:dropped6:" + v4 + "8:dropped618:" + v6 + "e"
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var back PeerExchange
	if err := back.Decode(got, 50); err != nil || !reflect.DeepEqual(back, x) {
		t.Errorf("%+v came back as %+v, %v", x, back, err)
	}
	if err := back.Decode(got, 1); err != nil || len(back.Added) != 1 || len(back.Dropped) != 1 {
		t.Errorf("with a limit of 1 %d are added and %d dropped, %v", len(back.Added), len(back.Dropped), err)
	}
	if text := string((&PeerExchange{}).Append(nil)); text != "d5:added0:7:added.f0:7:dropped0:e" {
		t.Errorf("a message without changes is %q", text)
	}
	for _, bad := range []string{"", "le", "d5:added5:abcdee", "d8:dropped66:abcdefe"} {
		if err := back.Decode([]byte(bad), 50); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// The examples of BEP 9.
func TestMetadataMessages(t *testing.T) {
	for text, want := range map[string]MetadataMessage{
		"d8:msg_typei0e5:piecei0ee":                         {Type: MetadataRequest},
		"d8:msg_typei1e5:piecei0e10:total_sizei34256eexxxx": {Type: MetadataData, TotalSize: 34256, Data: []byte("xxxx")},
		"d8:msg_typei2e5:piecei7ee":                         {Type: MetadataReject, Piece: 7},
	} {
		if got := string(want.Append(nil)); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
		var m MetadataMessage
		if err := m.Decode([]byte(text)); err != nil || !reflect.DeepEqual(m, want) {
			t.Errorf("%q is %+v, %v, want %+v", text, m, err, want)
		}
	}
	long := "d8:msg_typei1e5:piecei0ee" + strings.Repeat("x", MetadataPiece+1)
	for _, bad := range []string{"", "de", "d8:msg_typei0ee", "d8:msg_typei0e5:piecei-1ee", long} {
		if err := new(MetadataMessage).Decode([]byte(bad)); err == nil {
			t.Errorf("%.30q is accepted", bad)
		}
	}
}

// BEP 55: type, kind of address, address, port and error; libtorrent leaves out an error of 0.
func TestHolepunch(t *testing.T) {
	for _, m := range []HolepunchMessage{
		{Type: Rendezvous, Addr: netip.MustParseAddrPort("10.0.0.1:6881")},
		{Type: Connect, Addr: netip.MustParseAddrPort("[2001:db8::1]:80")},
		{Type: Failed, Addr: netip.MustParseAddrPort("10.0.0.1:6881"), Error: NotConnected},
	} {
		data := m.Append(nil)
		var back HolepunchMessage
		if err := back.Decode(data); err != nil || back != m {
			t.Errorf("%+v came back as %+v, %v", m, back, err)
		}
		err := back.Decode(data[:len(data)-4])
		if failed := m.Type == Failed; (err != nil) != failed {
			t.Errorf("%+v without an error gives %v", m, err)
		}
		if back.Decode(data[:5]) == nil {
			t.Errorf("%+v is accepted when it is cut short", m)
		}
	}
}

// lt_donthave (BEP 54) and upload_only have a fixed length.
func TestSmallMessages(t *testing.T) {
	if piece, err := DecodeDontHave(AppendDontHave(nil, 7)); piece != 7 || err != nil {
		t.Error(piece, err)
	}
	for _, only := range []bool{false, true} {
		if got, err := DecodeUploadOnly(AppendUploadOnly(nil, only)); got != only || err != nil {
			t.Error(got, err)
		}
	}
	if _, err := DecodeDontHave([]byte{1, 2, 3}); err == nil {
		t.Error("a piece of three bytes is accepted")
	}
	if _, err := DecodeUploadOnly(nil); err == nil {
		t.Error("an empty upload_only is accepted")
	}
}
