package export

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// trackEvents collects tracks and events, in any order of time, and writes them as a trace. Strings
// are interned: each is in the trace once, and events refer to it by its number.
type trackEvents struct {
	tracks     []message // descriptors
	events     []trackEvent
	categories interned
	names      interned
	arguments  interned // names of debug annotations
}

// track is the identity (uuid) of a track. Tracks are numbered from 1.
type track uint64

// trackEvent is an encoded TrackEvent.
type trackEvent struct {
	at    int64 // virtual nanoseconds
	later bool  // it comes after the ends of slices at the same time
	body  message
}

// Values of TrackEvent.type.
const (
	sliceBegin = 1
	sliceEnd   = 2
	instant    = 3
	counter    = 4
)

// addTrack adds a track. descriptor has all its fields but the uuid.
func (t *trackEvents) addTrack(descriptor message) track {
	id := track(len(t.tracks) + 1)
	t.tracks = append(t.tracks, append(message(nil).number(1, uint64(id)), descriptor...))
	return id
}

// process adds the track of a process.
func (t *trackEvents) process(pid int64, name string) track {
	p := message(nil).number(1, uint64(pid)).text(6, valid(name))
	return t.addTrack(message(nil).nested(3, p))
}

// thread adds the track of a thread.
func (t *trackEvents) thread(pid, tid int64, name string) track {
	d := message(nil).number(1, uint64(pid)).number(2, uint64(tid)).text(5, valid(name))
	return t.addTrack(message(nil).nested(4, d))
}

// child adds a track of slices beneath another, or at the top if parent is 0.
func (t *trackEvents) child(parent track, name string) track {
	d := message(nil).text(2, valid(name))
	if parent != 0 {
		d = d.number(5, uint64(parent))
	}
	return t.addTrack(d)
}

// counterTrack adds a track of numbers beneath another.
func (t *trackEvents) counterTrack(parent track, name, unit string) track {
	d := message(nil).text(2, name).number(5, uint64(parent))
	return t.addTrack(d.nested(8, message(nil).text(6, unit)))
}

// slice adds a slice. arguments are encoded annotations and flows.
func (t *trackEvents) slice(on track, from, to int64, category, name string, arguments message) {
	t.begin(on, from, category, name, arguments)
	t.end(on, from, to, nil)
}

func (t *trackEvents) begin(on track, at int64, category, name string, arguments message) {
	t.add(at, true, t.named(sliceBegin, on, category, name, arguments))
}

// end ends the innermost slice of a track, which began at from.
func (t *trackEvents) end(on track, from, at int64, arguments message) {
	t.add(at, from == at, append(message(nil).number(9, sliceEnd).number(11, uint64(on)), arguments...))
}

func (t *trackEvents) instant(on track, at int64, category, name string, arguments message) {
	t.add(at, true, t.named(instant, on, category, name, arguments))
}

func (t *trackEvents) count(on track, at, value int64) {
	t.add(at, true, message(nil).number(9, counter).number(11, uint64(on)).number(30, uint64(value)))
}

func (t *trackEvents) named(kind uint64, on track, category, name string, arguments message) message {
	m := message(nil).number(9, kind).number(11, uint64(on))
	m = m.number(3, t.categories.id(category)).number(10, t.names.id(name))
	return append(m, arguments...)
}

func (t *trackEvents) add(at int64, later bool, body message) {
	t.events = append(t.events, trackEvent{at, later, body})
}

// integer returns a debug annotation.
func (t *trackEvents) integer(name string, v int64) message {
	return message(nil).nested(4, t.integerValue(name, v))
}

// words returns a debug annotation.
func (t *trackEvents) words(name, v string) message {
	return message(nil).nested(4, t.wordsValue(name, v))
}

// integerValue and wordsValue return the DebugAnnotation alone, which may be an entry of another.
func (t *trackEvents) integerValue(name string, v int64) message {
	return message(nil).number(1, t.arguments.id(name)).number(4, uint64(v))
}

func (t *trackEvents) wordsValue(name, v string) message {
	return message(nil).number(1, t.arguments.id(name)).text(6, valid(v))
}

// flowFrom and flowTo mark the slices at the two ends of an arrow.
func flowFrom(id uint64) message { return message(nil).fixed(47, id) }
func flowTo(id uint64) message   { return message(nil).fixed(48, id) }

// sequence is the packet sequence that all packets belong to; 0 is not allowed.
const sequence = 1

// Values of TracePacket.sequence_flags.
const (
	incrementalStateCleared = 1
	needsIncrementalState   = 2
)

// write writes the trace: the interned strings, the tracks, and the events in the order of time.
func (t *trackEvents) write(to io.Writer) error {
	out := bufio.NewWriterSize(to, 1<<16)
	packet := func(m message) { out.Write(message(nil).nested(1, m)) } // Flush returns the error
	texts := slices.Concat(t.categories.encode(1), t.names.encode(2), t.arguments.encode(3))
	packet(message(nil).number(10, sequence).nested(12, texts).number(13, incrementalStateCleared).number(87, 1))
	for _, d := range t.tracks {
		packet(message(nil).number(10, sequence).nested(60, d))
	}
	slices.SortStableFunc(t.events, func(a, b trackEvent) int {
		return cmp.Or(cmp.Compare(a.at, b.at), compareBools(a.later, b.later))
	})
	var m message
	for i := range t.events {
		e := &t.events[i]
		m = m[:0].number(8, uint64(e.at)).number(10, sequence).nested(11, e.body).number(13, needsIncrementalState)
		packet(m)
	}
	return out.Flush()
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// interned numbers strings from 1, in the order of their first use.
type interned struct {
	ids  map[string]uint64
	list []string
}

func (s *interned) id(text string) uint64 {
	if id, ok := s.ids[text]; ok {
		return id
	}
	if s.ids == nil {
		s.ids = map[string]uint64{}
	}
	s.list = append(s.list, text)
	s.ids[text] = uint64(len(s.list))
	return s.ids[text]
}

// encode returns the strings as a repeated field of InternedData.
func (s *interned) encode(field protowire.Number) message {
	var out message
	for i, text := range s.list {
		out = out.nested(field, message(nil).number(1, uint64(i+1)).text(2, valid(text)))
	}
	return out
}

// valid replaces what is not UTF-8, which protobuf refuses in strings.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
