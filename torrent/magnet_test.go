package torrent_test

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"swarmsim/torrent"
)

const (
	v1Hex = "d2474e86c95b19b8bcfdb92bc12c9d44667cfa36"
	v1B32 = "2JDU5BWJLMM3RPH5XEV4CLE5IRTHZ6RW"
	v2Hex = "95e04d0c4bad94ab206efa884666fd89777dbe4f7bd9945af1829037a85c6192"
)

func TestParseMagnet(t *testing.T) {
	v1 := [20]byte(unhex(v1Hex))
	v2 := [32]byte(unhex(v2Hex))
	for _, c := range []struct {
		link string
		want torrent.Magnet
	}{
		{"magnet:?xt=urn:btih:" + v1Hex, torrent.Magnet{InfoHashV1: v1}},
		{"MAGNET:?xt=URN:BTIH:" + strings.ToUpper(v1Hex) + "\n", torrent.Magnet{InfoHashV1: v1}},
		{"magnet:?xt=urn:btih:" + strings.ToLower(v1B32), torrent.Magnet{InfoHashV1: v1}},
		{"magnet:?xt=urn:btmh:1220" + v2Hex, torrent.Magnet{InfoHashV2: v2}},
		{"magnet:?xt.1=urn:btih:" + v1Hex + "&xt.2=urn:btmh:1220" + v2Hex + "&xt.3=urn:ed2k:31D6CFE0D16AE931B73C59D7E0C089C0",
			torrent.Magnet{InfoHashV1: v1, InfoHashV2: v2}},
		{"magnet:?dn=a+b%20c&amp;xl=123&xt=urn%3Abtih%3A" + v1Hex + "&tr=udp%3A%2F%2Fx.org%3A1&tr.1=http://y.org/a&tr=junk&tr=" +
			"&ws=https://w.org/&x.pe=1.2.3.4:5&x.pe=[::1]:6&x.pe=host.org:7&x.pe=nothing&so=0,2,4-8&kt=x&%zz=%zz",
			torrent.Magnet{
				InfoHashV1: v1,
				Name:       "a b c",
				Length:     123,
				Trackers:   []string{"udp://x.org:1", "http://y.org/a"},
				WebSeeds:   []string{"https://w.org/"},
				Peers:      []string{"1.2.3.4:5", "[::1]:6", "host.org:7"},
				Select:     []torrent.Range{{0, 0}, {2, 2}, {4, 8}},
			}},
		{"magnet:?xt=urn:btih:" + v1Hex + "&dn=../../etc/passwd%00", torrent.Magnet{InfoHashV1: v1, Name: "....etcpasswd_"}},
		{"magnet:?xt=urn:btih:" + v1Hex + "&dn=..", torrent.Magnet{InfoHashV1: v1}},
	} {
		m, err := torrent.ParseMagnet(c.link)
		if err != nil {
			t.Errorf("%s: %v", c.link, err)
			continue
		}
		if !reflect.DeepEqual(*m, c.want) {
			t.Errorf("%s:\n%+v, want\n%+v", c.link, *m, c.want)
		}
		if again, err := torrent.ParseMagnet(m.String()); err != nil || !reflect.DeepEqual(again, m) {
			t.Errorf("%s becomes %s: %+v, %v", c.link, m, again, err)
		}
	}
}

func unhex(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return b
}

func TestMagnetErrors(t *testing.T) {
	for _, c := range []struct{ link, want string }{
		{"", "does not begin with magnet:"},
		{"http://example.org", "does not begin with magnet:"},
		{"magnet:", "has no info hash"},
		{"magnet:?dn=x", "has no info hash"},
		{"magnet:?xt=urn:btih:" + v1Hex[1:], "should be 40 hexadecimal digits"},
		{"magnet:?xt=urn:btih:" + strings.Repeat("z", 40), "should be 40 hexadecimal digits"},
		{"magnet:?xt=urn:btih:" + strings.Repeat("1", 32), "32 letters and digits of base 32"},
		{"magnet:?xt=urn:btih:" + strings.Repeat("0", 40), "has no info hash"},
		{"magnet:?xt=urn:btmh:" + v2Hex, "should be 1220 and 64"},
		{"magnet:?xt=urn:btmh:1120" + v2Hex, "should be 1220 and 64"},
		{"magnet:?xt=urn:btih:" + v1Hex + "&xt=urn:btih:" + strings.Repeat("1", 40), "two info hashes of version 1"},
		{"magnet:?xt=urn:btih:" + v1Hex + "&so=3-1", "numbers of files, such as"},
		{"magnet:?xt=urn:btih:" + v1Hex + "&so=1,,2", "numbers of files, such as"},
		{"magnet:?xt=urn:btih:" + v1Hex + "&so=99999999999", "numbers of files, such as"},
		{"magnet:?xt=urn:btih:" + v1Hex + strings.Repeat("&tr=x", 1<<14), "at most 65536 are read"},
	} {
		if m, err := torrent.ParseMagnet(c.link); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.100s: %+v, %v; want %s", c.link, m, err, c.want)
		}
	}
}

func FuzzParseMagnet(f *testing.F) {
	f.Add("magnet:?xt=urn:btih:" + v1B32 + "&dn=a&tr=udp://x.org:1&x.pe=[::1]:6&so=0,2,4-8&xl=5")
	f.Add("magnet:?xt=urn:btmh:1220" + v2Hex + "&ws=http://x.org/a%20b")
	f.Fuzz(func(t *testing.T, link string) {
		m, err := torrent.ParseMagnet(link)
		if err != nil {
			return
		}
		if len(m.String()) > torrent.MaxMagnet {
			return
		}
		again, err := torrent.ParseMagnet(m.String())
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Errorf("%+v becomes %s: %+v, %v", m, m, again, err)
		}
	})
}
