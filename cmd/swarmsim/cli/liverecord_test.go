package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/reports"
	"swarmsim/sim/record"

	"swarmsim/cmd/swarmsim/results"
)

// The record of a download can be drawn as that of a run, and adds up.
func TestRecordOfADownload(t *testing.T) {
	l := newLiveTest(t, map[string]int{"a": 3 << 20, "b": 1 << 20})
	l.seed(t, "--upload", "4MB/s")
	other := l.start(t, "get", "content.torrent", "--dir", "other", "--seed", "--upload", "2MB/s")
	line := l.get(t, "out", "content.torrent", "--record", "rec", "--profile", "libtorrent-2")
	other.stop()
	<-other.exit
	r, err := reports.Load(results.Files("rec"))
	if err != nil {
		t.Fatal(err)
	}
	sum := &r.Summary
	if sum.Scenario != "content" || !sum.Measured || sum.Observer != "client" || sum.Incomplete || sum.CompletionS.Count != 1 ||
		sum.ContentBytes != line.Length || sum.Pieces != line.Pieces || sum.Peers < 2 || sum.Peers != r.Peers.Len() {
		t.Errorf("%+v", sum)
	}
	received := int64(0)
	for _, n := range sum.Groups[0].ReceivedFromBytes {
		received += n
	}
	if g := &sum.Groups[0]; g.DownloadedBytes != line.Downloaded || received < line.Length || g.Peers != 1 {
		t.Errorf("%d bytes downloaded, %d received from neighbours, %+v", line.Downloaded, received, g)
	}
	pieces := r.Client.Numbers("pieces")
	if n := len(pieces); n == 0 || n != r.Series.Len() || int(pieces[n-1]) != line.Pieces {
		t.Errorf("%v", pieces)
	}
	if text := read("rec/scenario.yaml"); !strings.Contains(text, "client:") || strings.Contains(text, "groups:") {
		t.Errorf("%s", text)
	}
	for _, name := range []string{"events.parquet", "meta.json", "pieces.png", "neighbours.svg", "availability.png"} {
		if st, err := os.Stat(filepath.Join("rec", name)); err != nil || st.Size() < 30 {
			t.Errorf("%s: %v", name, err)
		}
	}
	code, out, stderr := program(t, "report", "rec")
	if code != 0 || !strings.Contains(out, "content: done after") || strings.Contains(out, "lower bound") {
		t.Errorf("exit %d: %s%s", code, out, stderr)
	}
	noLeftovers(t)
}

// The record of an interrupted download is marked; without a download there is none.
func TestRecordOfAnInterruptedDownload(t *testing.T) {
	l := newLiveTest(t, map[string]int{"a": 3 << 20})
	p := l.start(t, "get", l.meta.Magnet().String(), "--dir", "out", "--record", "none")
	p.await(t, "fetching metadata")
	p.stop()
	p.end(t, 1)
	l.seed(t)
	p = l.start(t, "get", "content.torrent", "--dir", "out", "--record", "rec", "--download", "500kB/s")
	for line := p.await(t, "downloading"); line.Have == 0; {
		line = p.await(t, "downloading")
	}
	p.stop()
	line := p.end(t, 1)
	var sum record.Summary
	if err := json.Unmarshal([]byte(read("rec/summary.json")), &sum); err != nil || !sum.Incomplete || sum.Unfinished != 1 || line.Have == 0 {
		t.Errorf("%v, %+v", err, sum)
	}
	if results.Exists("none") {
		t.Error("there is a record of nothing")
	}
	noLeftovers(t)
}
