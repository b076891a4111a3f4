package storage

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
)

func exampleState() *state {
	return &state{
		id: "0123abcd", pieces: []byte{0xf0, 0x80},
		files: []fileStamp{{5, 1_700_000_000_123_456_789, false}, {-1, 0, true}, {0, -1, false}},
		parts: absent,
	}
}

func TestResumeFile(t *testing.T) {
	want := exampleState()
	text := want.encode()
	got, err := decodeState(text, 3)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if _, err := decodeState(text, 2); !errors.Is(err, errDamaged) {
		t.Errorf("a resume file of another number of files: %v", err)
	}
	for i := range text {
		damaged := bytes.Clone(text)
		damaged[i] ^= 0x10
		if _, err := decodeState(damaged, 3); err == nil {
			t.Errorf("byte %d is damaged, and the file accepted", i)
		}
		if _, err := decodeState(text[:i], 3); err == nil {
			t.Errorf("the file ends at byte %d, and is accepted", i)
		}
	}
}

func FuzzResumeFile(f *testing.F) {
	f.Add(exampleState().encode(), 3)
	f.Add([]byte("d8:checksum32:"), 0)
	f.Add([]byte("d5:filesl"), 1)
	f.Fuzz(func(t *testing.T, text []byte, files int) {
		for _, text := range [][]byte{text, seal(text)} {
			if st, err := decodeState(text, files); err == nil && !bytes.Equal(st.encode(), text) {
				t.Errorf("%+v is not what %q says", st, text)
			}
		}
	})
}
