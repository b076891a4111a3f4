package torrent

import (
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Limits of a magnet link.
const (
	MaxMagnet     = 64 << 10 // bytes
	maxMagnetList = 1000     // values of one kind
)

// Magnet is a magnet link (BEP 9). It has an info hash of version 1, of version 2, or both.
type Magnet struct {
	InfoHashV1 [20]byte // xt=urn:btih; zero if the link has none
	InfoHashV2 [32]byte // xt=urn:btmh (BEP 52); zero if the link has none
	Name       string   // dn, which is safe as the name of a file, or ""
	Length     int64    // xl, in bytes; 0 if not given
	Trackers   []string // tr
	WebSeeds   []string // ws (BEP 19)
	Peers      []string // x.pe, "host:port"
	Select     []Range  // so (BEP 53): the files to download; nil for all
}

// Range is a range of the numbers of files, from 0. Both ends are in it.
type Range struct {
	First int `json:"first"`
	Last  int `json:"last"`
}

// InfoHash identifies the torrent in handshakes and announces: that of version 1, or the first 20
// bytes of that of version 2.
func (m *Magnet) InfoHash() [20]byte {
	if m.InfoHashV1 != ([20]byte{}) {
		return m.InfoHashV1
	}
	return [20]byte(m.InfoHashV2[:20])
}

// Matches reports whether a torrent has all info hashes of the link.
func (m *Magnet) Matches(t *Meta) bool {
	return (m.InfoHashV1 == [20]byte{} || m.InfoHashV1 == t.InfoHashV1) &&
		(m.InfoHashV2 == [32]byte{} || m.InfoHashV2 == t.InfoHashV2)
}

// Magnet returns the link of the torrent, with its trackers and web seeds.
func (m *Meta) Magnet() *Magnet {
	out := &Magnet{
		InfoHashV1: m.InfoHashV1,
		InfoHashV2: m.InfoHashV2,
		Name:       m.Name,
		Length:     m.Size(),
		WebSeeds:   m.WebSeeds,
	}
	for _, tier := range m.Trackers {
		out.Trackers = append(out.Trackers, tier...)
	}
	return out
}

// IsMagnet reports whether a text is meant as a magnet link.
func IsMagnet(text string) bool {
	return len(text) >= 7 && strings.EqualFold(text[:7], "magnet:")
}

// ParseMagnet reads a magnet link. The text of an error completes the sentence "the magnet link ...".
// Unknown parameters are left out, and so are trackers and peers that are not valid.
func ParseMagnet(text string) (*Magnet, error) {
	text = strings.TrimSpace(text)
	switch {
	case len(text) > MaxMagnet:
		return nil, fmt.Errorf("has %d bytes; at most %d are read", len(text), MaxMagnet)
	case !IsMagnet(text):
		return nil, errors.New("does not begin with magnet: and xt=urn:btih or xt=urn:btmh")
	}
	m := &Magnet{}
	query := strings.TrimPrefix(text[len("magnet:"):], "?")
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(strings.TrimPrefix(part, "amp;"), "=") // copied from a page's source
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		key = strings.ToLower(key)
		if base, number, ok := strings.Cut(key, "."); ok && strings.Trim(number, "0123456789") == "" {
			key = base // tr.1 is the same as tr
		}
		if err := m.set(key, value); err != nil {
			return nil, err
		}
	}
	if m.InfoHash() == ([20]byte{}) {
		return nil, errors.New("has no info hash; it should have xt=urn:btih: with 40 hexadecimal digits, or xt=urn:btmh: with 68")
	}
	return m, nil
}

// set sets a parameter.
func (m *Magnet) set(key, value string) error {
	switch key {
	case "xt":
		return m.setHash(value)
	case "dn":
		if string(value) != ".." {
			m.Name = NativePaths().clean([]byte(value))
		}
	case "xl":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && n > 0 && n <= MaxLength {
			m.Length = n
		}
	case "tr":
		addURL(&m.Trackers, value)
	case "ws":
		addURL(&m.WebSeeds, value)
	case "x.pe":
		if _, _, ok := splitHostPort(value); ok && len(m.Peers) < maxMagnetList {
			m.Peers = append(m.Peers, value)
		}
	case "so":
		return m.setSelect(value)
	}
	return nil
}

func addURL(list *[]string, text string) {
	if len(*list) < maxMagnetList && CheckURL(text) == nil {
		*list = append(*list, text)
	}
}

// setHash sets an info hash. Topics of other networks are left out.
func (m *Magnet) setHash(topic string) error {
	kind, value := topic, ""
	if i := strings.LastIndexByte(topic, ':'); i >= 0 {
		kind, value = strings.ToLower(topic[:i]), topic[i+1:]
	}
	switch kind {
	case "urn:btih":
		hash, err := decodeHash(value)
		if err != nil {
			return err
		}
		if m.InfoHashV1 != ([20]byte{}) && m.InfoHashV1 != hash {
			return errors.New("has two info hashes of version 1, which differ")
		}
		m.InfoHashV1 = hash
	case "urn:btmh":
		raw, err := hex.DecodeString(value)
		// A multihash: 0x12 for SHA-256, 0x20 for its 32 bytes.
		if err != nil || len(raw) != 34 || raw[0] != 0x12 || raw[1] != 0x20 {
			return fmt.Errorf("has %.100q in urn:btmh; it should be 1220 and 64 hexadecimal digits (BEP 52)", value)
		}
		hash := [32]byte(raw[2:])
		if m.InfoHashV2 != ([32]byte{}) && m.InfoHashV2 != hash {
			return errors.New("has two info hashes of version 2, which differ")
		}
		m.InfoHashV2 = hash
	}
	return nil
}

// decodeHash decodes an info hash of version 1 in hexadecimal or, as old links have it, in base 32.
func decodeHash(text string) ([20]byte, error) {
	var raw []byte
	var err error
	switch len(text) {
	case 40:
		raw, err = hex.DecodeString(text)
	case 32:
		raw, err = base32.StdEncoding.DecodeString(strings.ToUpper(text))
	}
	if err != nil || len(raw) != 20 {
		return [20]byte{}, fmt.Errorf("has %.60q in urn:btih; it should be 40 hexadecimal digits, or 32 letters and digits of base 32",
			text)
	}
	return [20]byte(raw), nil
}

// setSelect reads the numbers and ranges of files, as in 0,2,4-8.
func (m *Magnet) setSelect(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(from)
		last := first
		if err == nil && isRange {
			last, err = strconv.Atoi(to)
		}
		if err != nil || first < 0 || last < first || last >= MaxFiles {
			return fmt.Errorf("has so=%.60q; it should be numbers of files, such as 0,2,4-8 (BEP 53)", text)
		}
		if len(m.Select) == maxMagnetList {
			return fmt.Errorf("has more than %d ranges of files in so", maxMagnetList)
		}
		m.Select = append(m.Select, Range{first, last})
	}
	return nil
}

// String returns the link. The info hashes come first and are not escaped: Deluge and Transmission
// want it so.
func (m *Magnet) String() string {
	var b strings.Builder
	b.WriteString("magnet:")
	sep := byte('?')
	add := func(key, value string) {
		b.WriteByte(sep)
		b.WriteString(key + "=" + value)
		sep = '&'
	}
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	if m.InfoHashV1 != ([20]byte{}) {
		add("xt", "urn:btih:"+hex.EncodeToString(m.InfoHashV1[:]))
	}
	if m.InfoHashV2 != ([32]byte{}) {
		add("xt", "urn:btmh:1220"+hex.EncodeToString(m.InfoHashV2[:]))
	}
	if m.Name != "" {
		add("dn", escape(m.Name))
	}
	if m.Length > 0 {
		add("xl", strconv.FormatInt(m.Length, 10))
	}
	for _, u := range m.Trackers {
		add("tr", escape(u))
	}
	for _, u := range m.WebSeeds {
		add("ws", escape(u))
	}
	for _, p := range m.Peers {
		add("x.pe", p)
	}
	if len(m.Select) > 0 {
		add("so", selectText(m.Select))
	}
	return b.String()
}

func selectText(ranges []Range) string {
	var parts []string
	for _, r := range ranges {
		text := strconv.Itoa(r.First)
		if r.Last > r.First {
			text += "-" + strconv.Itoa(r.Last)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ",")
}
