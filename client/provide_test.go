package client

import (
	"bytes"
	"testing"
	"time"

	"swarmsim/client/extension"
)

// BEP 9: the info dictionary is served in pieces of 16 KiB; what does not exist, and what comes too
// often, is rejected.
func TestMetadataIsServed(t *testing.T) {
	info := bytes.Repeat([]byte("info"), 5000)
	s := newScript(t, 2, false, func(c *Config) {
		allExtensions(c)
		c.Info = info
	})
	s.connectExtended(0, 9, nil, nil)
	request := func(piece uint32) extension.MetadataMessage {
		m := extension.MetadataMessage{Piece: piece}
		s.receive(0, extended(extension.Metadata, m.Append(nil)))
		sent := s.sent(0, extension.Metadata)
		if len(sent) != 1 {
			t.Fatalf("%d answers", len(sent))
		}
		if err := m.Decode(sent[0]); err != nil {
			t.Fatal(err)
		}
		return m
	}
	var got []byte
	for piece := range uint32(2) {
		m := request(piece)
		if m.Type != extension.MetadataData || m.Piece != piece || m.TotalSize != int64(len(info)) {
			t.Errorf("the answer for piece %d is %+v", piece, m)
		}
		got = append(got, m.Data...)
	}
	if !bytes.Equal(got, info) {
		t.Error("another dictionary is served")
	}
	if m := request(2); m.Type != extension.MetadataReject {
		t.Errorf("a piece that does not exist is answered by %+v", m)
	}
	served := 0
	for range 100 {
		if request(0).Type == extension.MetadataData {
			served++
		}
	}
	if most := metadataCopies*2 + metadataSlack; served != most-2 {
		t.Errorf("%d of 100 requests are served, want %d", served, most-2)
	}
	s.now += time.Second
	if m := request(0); m.Type != extension.MetadataData {
		t.Errorf("after a pause the answer is %+v", m)
	}
	s.expect(s.receive(0, extended(extension.Metadata, []byte("d8:msg_typei2e5:piecei0ee"))), "") // an answer that was not requested
}
