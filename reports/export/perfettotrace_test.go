package export

import (
	"testing"
)

// trace is what a trace says, read as Perfetto's trace processor reads it.
type trace struct {
	slices               []slice // instants too
	threads              map[string]int
	downloaded, uploaded int64 // bytes, by the counters of rates
	arrows               int
	names                map[uint64]string // of annotations
}

type slice struct {
	category, name string
	from           int64
	tid            int64 // of the thread that the track belongs to
	arguments      map[string]node
}

func (t *trace) count(category, name string) (n int) {
	for _, s := range t.slices {
		if s.category == category && (name == "" || s.name == name) {
			n++
		}
	}
	return n
}

// tracks are the tracks of a trace, by uuid.
type tracks struct {
	name, unit map[uint64]string
	tid        map[uint64]int64
	open       map[uint64]int // slices that have begun and not ended
	last       map[uint64][2]int64
}

// readTrace reads a trace and checks the rules of the format.
func readTrace(t *testing.T, b []byte) *trace {
	t.Helper()
	packets := parseTrace(t, b)
	head := packets[0]
	if head.size("sequence_flags") != incrementalStateCleared || !head.has("interned_data") || !head.has("first_packet_on_sequence") {
		t.Fatalf("the first packet is %v", head)
	}
	interned := head.message("interned_data")
	categories, names := dictionary(interned.list("event_categories")), dictionary(interned.list("event_names"))
	out := &trace{threads: map[string]int{}, names: dictionary(interned.list("debug_annotation_names"))}
	known := tracks{map[uint64]string{}, map[uint64]string{}, map[uint64]int64{}, map[uint64]int{}, map[uint64][2]int64{}}
	processes, before, sources := map[int64]string{}, uint64(0), map[uint64]bool{}
	for i, p := range packets {
		if p.size("trusted_packet_sequence_id") != sequence {
			t.Fatalf("packet %d is of no sequence", i)
		}
		if p.has("track_descriptor") {
			known.describe(t, p.message("track_descriptor"), processes, out)
		}
		if !p.has("track_event") {
			continue
		}
		if p.size("sequence_flags") != needsIncrementalState || p.size("timestamp") < before {
			t.Fatalf("packet %d: flags %d, time %d after %d", i, p.size("sequence_flags"), p.size("timestamp"), before)
		}
		before = p.size("timestamp")
		e := p.message("track_event")
		id := e.size("track_uuid")
		if _, ok := known.name[id]; !ok {
			t.Fatalf("packet %d: no track %d", i, id)
		}
		switch kind := e.enum("type"); kind {
		case counter:
			known.count(out, id, int64(before), e.number("counter_value"))
			continue
		case sliceEnd:
			if known.open[id]--; known.open[id] < 0 {
				t.Fatalf("packet %d: a slice ends that has not begun", i)
			}
			continue
		case sliceBegin:
			known.open[id]++
		}
		s := slice{from: int64(before), tid: known.tid[id], name: names[e.size("name_iid")],
			category:  categories[e.sizes("category_iids")[0]],
			arguments: annotations(out.names, e.list("debug_annotations"))}
		if s.name == "" || s.category == "" {
			t.Fatalf("packet %d: no name or no category: %v", i, e)
		}
		if (s.category == categoryTransfer || s.category == categoryUpload) && known.open[id] > 1 {
			t.Fatalf("packet %d: transfers of one track overlap", i)
		}
		out.slices = append(out.slices, s)
		for _, f := range e.sizes("flow_ids") {
			sources[f] = true
		}
		for _, f := range e.sizes("terminating_flow_ids") {
			if !sources[f] {
				t.Fatalf("packet %d: an arrow without a beginning", i)
			}
			out.arrows++
		}
	}
	for id := range known.last { // until the end of the last bin
		known.count(out, id, int64(before/1e9+1)*1e9, 0)
	}
	for id, n := range known.open {
		if n != 0 {
			t.Errorf("%d slices of the track %q do not end", n, known.name[id])
		}
	}
	return out
}

// describe takes a track's description.
func (k *tracks) describe(t *testing.T, d node, processes map[int64]string, out *trace) {
	t.Helper()
	id := d.size("uuid")
	if _, twice := k.name[id]; twice || id == 0 {
		t.Fatalf("track %d is described twice", id)
	}
	k.name[id] = d.text("name")
	if parent := d.size("parent_uuid"); parent != 0 {
		if _, ok := k.name[parent]; !ok {
			t.Fatalf("track %d has no parent %d", id, parent)
		}
		k.tid[id] = k.tid[parent]
	}
	if d.has("counter") {
		k.unit[id] = d.message("counter").text("unit_name")
	}
	if d.has("process") {
		p := d.message("process")
		processes[p.number("pid")] = p.text("process_name")
	}
	if d.has("thread") {
		th := d.message("thread")
		k.tid[id] = th.number("tid")
		if processes[th.number("pid")] == "" || processes[th.number("tid")] != "" {
			t.Fatalf("thread %v", th)
		}
		out.threads[processes[th.number("pid")]]++
	}
}

// count adds up a counter of rates, whose bins last a second in a short run.
func (k *tracks) count(out *trace, id uint64, at, value int64) {
	last := k.last[id]
	bytes := last[1] * (at - last[0]) / 1e9
	switch k.name[id] {
	case "download rate":
		out.downloaded += bytes
	case "upload rate":
		out.uploaded += bytes
	}
	k.last[id] = [2]int64{at, value}
}

// dictionary returns interned strings by number.
func dictionary(list []node) map[uint64]string {
	out := map[uint64]string{}
	for _, n := range list {
		if n.Descriptor().Fields().ByName("str") != nil {
			out[n.size("iid")] = n.bytes("str")
		} else {
			out[n.size("iid")] = n.text("name")
		}
	}
	return out
}

// annotations returns debug annotations by name.
func annotations(names map[uint64]string, list []node) map[string]node {
	out := map[string]node{}
	for _, a := range list {
		out[names[a.size("name_iid")]] = a
	}
	return out
}
