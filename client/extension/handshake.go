package extension

import (
	"net/netip"
	"slices"
	"strings"

	"swarmsim/torrent/bencode"
)

// HandshakeID is the id of the extension handshake (BEP 10). All other ids are agreed on in it.
const HandshakeID = 0

// Extension is a message of the extension protocol that this package knows.
type Extension uint8

// The known extensions.
const (
	PEX        Extension = iota // ut_pex: peer exchange (BEP 11)
	Metadata                    // ut_metadata: the info dictionary (BEP 9)
	DontHave                    // lt_donthave: a piece is lost (BEP 54)
	Holepunch                   // ut_holepunch: connections between peers behind NATs (BEP 55)
	UploadOnly                  // upload_only: a change of the handshake's field (BEP 21, libtorrent)
	Count                       // the number of known extensions
)

var names = [Count]string{"ut_pex", "ut_metadata", "lt_donthave", "ut_holepunch", "upload_only"}

// Name returns the name of an extension in the dictionary m of handshakes.
func (e Extension) Name() string { return names[e] }

// LocalID returns the id under which we receive an extension's messages.
func (e Extension) LocalID() uint8 { return uint8(e) + 1 }

// IDs are the ids under which a peer receives the messages of each extension; 0 for an extension
// that it does not support.
type IDs [Count]uint8

// Find returns the extension whose messages have an id at their receiver.
func (ids *IDs) Find(id uint8) (Extension, bool) {
	for e, x := range ids {
		if x == id && id != 0 {
			return Extension(e), true
		}
	}
	return 0, false
}

// Handshake is the extension handshake (BEP 10). The zero value of a field stands for an absent key.
type Handshake struct {
	IDs          IDs
	Client       string     // v: name and version, up to MaxClient bytes
	Port         uint16     // p: where the sender accepts connections
	YourIP       netip.Addr // yourip: the receiver's address, as the sender sees it
	IPv4         netip.Addr // ipv4: the sender's other address
	IPv6         netip.Addr // ipv6: likewise
	Requests     int        // reqq: outstanding requests that the sender keeps
	MetadataSize int64      // metadata_size: bytes of the info dictionary, which the sender has (BEP 9)
	UploadOnly   bool       // upload_only: it downloads nothing (BEP 21)
	Encryption   bool       // e: it prefers encrypted connections

	// CompleteSeconds is one more than the value of complete_ago (BEP 21): the seconds since the
	// sender has been complete.
	CompleteSeconds int64
}

// Limits of a handshake. Those of real clients have a few hundred bytes.
const (
	MaxHandshake = 64 << 10 // bytes of a handshake that is decoded
	MaxClient    = 128      // bytes of the client's name
	maxRequests  = 1 << 20  // of Requests
)

// Append appends the bencoded handshake. Keys are sorted as BEP 3 says.
func (h *Handshake) Append(b []byte) []byte {
	b = append(b, 'd')
	if h.CompleteSeconds > 0 {
		b = appendEntry(b, "complete_ago", h.CompleteSeconds-1)
	}
	b = appendFlag(b, "e", h.Encryption)
	b = appendAddr(b, "ipv4", h.IPv4)
	b = appendAddr(b, "ipv6", h.IPv6)
	b = append(bencode.AppendString(b, "m"), 'd')
	for _, e := range [...]Extension{DontHave, UploadOnly, Holepunch, Metadata, PEX} {
		if h.IDs[e] != 0 {
			b = appendEntry(b, e.Name(), int64(h.IDs[e]))
		}
	}
	b = append(b, 'e')
	if h.MetadataSize > 0 {
		b = appendEntry(b, "metadata_size", h.MetadataSize)
	}
	if h.Port > 0 {
		b = appendEntry(b, "p", int64(h.Port))
	}
	if h.Requests > 0 {
		b = appendEntry(b, "reqq", int64(h.Requests))
	}
	b = appendFlag(b, "upload_only", h.UploadOnly)
	if h.Client != "" {
		b = appendText(b, "v", h.Client)
	}
	b = appendAddr(b, "yourip", h.YourIP)
	return append(b, 'e')
}

// appendFlag appends a key with the value 1 if it is set.
func appendFlag(b []byte, key string, set bool) []byte {
	if !set {
		return b
	}
	return appendEntry(b, key, 1)
}

// appendAddr appends a key with an address of 4 or 16 bytes if it is valid.
func appendAddr(b []byte, key string, a netip.Addr) []byte {
	if !a.IsValid() {
		return b
	}
	return appendText(b, key, a.AsSlice())
}

// Decode reads a handshake into h. What the handshake leaves out stays as it is in h, because a
// later handshake names only what has changed (BEP 10).
func (h *Handshake) Decode(data []byte) error {
	if len(data) > MaxHandshake {
		return errTooLong
	}
	r := bencode.NewReader(data)
	return readDict(r, func(key string) error {
		switch {
		case key == "m" && r.Kind() == bencode.Dict:
			return r.Dict(func(name []byte) error {
				h.decodeID(r, string(name))
				return nil
			})
		case slices.Contains(textKeys, key):
			h.setText(key, text(r))
		case slices.Contains(numberKeys, key):
			if n, found := integer(r); found {
				h.setNumber(key, n)
			}
		}
		return nil
	})
}

var (
	textKeys   = []string{"v", "yourip", "ipv4", "ipv6"}
	numberKeys = []string{"p", "reqq", "metadata_size", "upload_only", "complete_ago", "e"}
)

// decodeID reads the id of an extension. A number that is no byte is ignored.
func (h *Handshake) decodeID(r *bencode.Reader, name string) {
	id, found := integer(r)
	if !found || id < 0 || id > 255 {
		return
	}
	for e, known := range names {
		if name == known {
			h.IDs[e] = uint8(id)
		}
	}
}

func (h *Handshake) setText(key string, value []byte) {
	if key == "v" {
		h.Client = strings.ToValidUTF8(string(value[:min(len(value), MaxClient)]), "")
		return
	}
	a, ok := netip.AddrFromSlice(value)
	if !ok {
		return
	}
	a = a.Unmap()
	switch {
	case key == "yourip":
		h.YourIP = a
	case key == "ipv4" && a.Is4():
		h.IPv4 = a
	case key == "ipv6" && a.Is6():
		h.IPv6 = a
	}
}

func (h *Handshake) setNumber(key string, n int64) {
	switch key {
	case "p":
		if 0 <= n && n <= 65535 {
			h.Port = uint16(n)
		}
	case "reqq":
		h.Requests = int(min(max(n, 0), maxRequests))
	case "metadata_size":
		h.MetadataSize = max(n, 0)
	case "upload_only":
		h.UploadOnly = n > 0
	case "complete_ago":
		if 0 <= n && n < 1<<62 { // libtorrent sends -1 for a peer that is incomplete
			h.CompleteSeconds = n + 1
		}
	case "e":
		h.Encryption = n > 0
	}
}
