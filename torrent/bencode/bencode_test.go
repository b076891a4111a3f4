package bencode_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	library "github.com/anacrolix/torrent/bencode"

	"swarmsim/torrent/bencode"
)

func TestReader(t *testing.T) {
	r := bencode.NewReader([]byte("d1:ai-5e1:bl2:xy0:i0ee1:cd1:xle1:y3:zzzee rest"))
	var got []string
	err := r.Dict(func(key []byte) error {
		switch string(key) {
		case "a":
			n, err := r.Int()
			got = append(got, fmt.Sprint(n))
			return err
		case "b":
			return r.List(func(i int) error {
				got = append(got, fmt.Sprintf("%d %s", i, r.Kind()))
				return nil // skipped
			})
		}
		raw, err := r.Raw()
		got = append(got, string(raw))
		return err
	})
	want := "[-5 0 a string 1 a string 2 an integer d1:xle1:y3:zzze]"
	if err != nil || fmt.Sprint(got) != want || r.Offset() != 41 {
		t.Errorf("%v, %d: %v", got, r.Offset(), err)
	}
}

func TestSyntaxErrors(t *testing.T) {
	deep := strings.Repeat("l", bencode.MaxDepth+1)
	for _, c := range []struct{ text, want string }{
		{"", "ends at byte 0"},
		{"x", "has 'x' at byte 0"},
		{"e", "an end without a beginning"},
		{"i", "ends at byte 1"},
		{"ie", "without digits"},
		{"i-e", "without digits"},
		{"i1-e", "integer without an end"},
		{"i1", "ends at byte 2"},
		{"5", "ends at byte 1"},
		{"1x ", "the colon after a string's length"},
		{"5:abcd", "in a string of 5 bytes"},
		{"99999999999999999999:", "in a longer string"},
		{"l", "ends at byte 1"},
		{"d1:a", "ends at byte 4"},
		{deep, "more than 256 deep"},
	} {
		if err := bencode.NewReader([]byte(c.text)).Skip(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v, want %s", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"di1ei2ee", "where the key of a dictionary should begin"},
		{"d1:ai1e1:ai2ee", "has the key \"a\" twice"},
		{"d1:bi1e1:ai2e1:bi3ee", "has the key \"b\" twice"},
		{"d1:ci1e1:bi1e1:bi3ee", "has the key \"b\" twice"},
	} {
		err := bencode.NewReader([]byte(c.text)).Dict(func([]byte) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

func TestIntegers(t *testing.T) {
	for text, want := range map[string]int64{
		"i0e": 0, "i-1e": -1, "i9223372036854775807e": 1<<63 - 1, "i-9223372036854775807e": -1<<63 + 1, "i007e": 7,
	} {
		if n, err := bencode.NewReader([]byte(text)).Int(); err != nil || n != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"i9223372036854775808e", "i99999999999999999999999999999999e"} {
		if n, err := bencode.NewReader([]byte(text)).Int(); err == nil {
			t.Errorf("%s: %d", text, n)
		}
	}
	for _, text := range []string{"i007e", "i-0e", "i-07e"} {
		r := bencode.NewReader([]byte(text))
		r.Strict = true
		if n, err := r.Int(); err == nil {
			t.Errorf("%s: %d", text, n)
		}
	}
	if _, err := bencode.NewReader([]byte("3:abc")).Int(); !errors.Is(err, bencode.ErrKind) {
		t.Error(err)
	}
}

func TestFields(t *testing.T) {
	f := bencode.Fields{
		"b": bencode.AppendInt(nil, -7),
		"a": bencode.AppendStrings(nil, []string{"x", ""}),
	}
	const want = "d1:al1:x0:e1:bi-7ee"
	if got := string(f.Append(nil)); got != want {
		t.Error(got)
	}
	again, err := bencode.ReadFields(bencode.NewReader([]byte(want)))
	if err != nil || string(again.Append(nil)) != want {
		t.Errorf("%v, %v", again, err)
	}
}

// The decoder of another library accepts what is read here, and a dictionary whose fields are read and
// written is the same.
func FuzzReader(f *testing.F) {
	f.Add([]byte("d1:ai-5e1:bl2:xy0:i0ee1:cd1:xle1:y3:zzzee"))
	f.Add([]byte("l"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := bencode.NewReader(text)
		raw, err := r.Raw()
		if err != nil {
			return
		}
		if r.Offset() != len(raw) {
			t.Fatalf("%d bytes, at %d", len(raw), r.Offset())
		}
		if fields, err := bencode.ReadFields(bencode.NewReader(raw)); err == nil {
			var v any
			written := fields.Append(nil)
			if err := library.Unmarshal(written, &v); err != nil && strings.Contains(err.Error(), "EOF") {
				t.Errorf("%q, written as %q: %v", raw, written, err)
			}
			if err := bencode.NewReader(written).Skip(); err != nil {
				t.Errorf("%q, written as %q: %v", raw, written, err)
			}
		}
	})
}
