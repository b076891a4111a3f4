package serve

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/sim/record"
)

func (s *site) summary(folder string) record.Summary {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.results, folder, record.SummaryFile))
	if err != nil {
		s.t.Fatal(err)
	}
	var sum record.Summary
	if err := json.Unmarshal(text, &sum); err != nil {
		s.t.Fatal(err)
	}
	return sum
}

// A run is started, shown, and its report is there at the end.
func TestARunIsPlayedToItsEnd(t *testing.T) {
	s := newSite(t, nil)
	id := s.start("folder/tiny.yaml", `{"groups.leechers.count":"6","seed":"9"}`)
	v := s.follow(id, over)
	if v.State != stateFinished || v.Completed != 6 || !strings.HasPrefix(v.Message, "6 of 6 leechers completed") {
		t.Fatalf("%+v", v)
	}
	if rows := len(v.Series.Rows); rows == 0 || rows > maxRows || len(v.Series.Rows[0]) != len(v.Series.Columns) {
		t.Errorf("%d rows of %d numbers for %v", rows, len(v.Series.Rows[0]), v.Series.Columns)
	}
	if v.Result == nil || v.Result.Page != "tiny/report.html" {
		t.Fatalf("result %+v", v.Result)
	}
	if status, text, _ := s.ask("GET", "/results/"+v.Result.Page, ""); status != http.StatusOK || !strings.Contains(text, "tiny") {
		t.Errorf("report: %d", status)
	}
	if sum := s.summary("tiny"); sum.Seed != 9 || sum.CompletionS.Count != 6 || sum.Incomplete {
		t.Errorf("%+v", sum)
	}
	// The next run of the scenario has a folder of its own.
	if next := s.follow(s.start("folder/tiny.yaml", "{}"), over); next.Result.Path != "tiny-2" {
		t.Errorf("the second run is in %s", next.Result.Path)
	}
}

// A run that is stopped keeps its record, marked incomplete; one in the queue has none.
func TestStop(t *testing.T) {
	s := newSite(t, nil)
	first, second := s.start("folder/endless.yaml", "{}"), s.start("folder/endless.yaml", `{"seed":"2"}`)
	queued := s.start("folder/tiny.yaml", "{}")
	s.follow(first, func(v *jobView) bool { return len(v.Series.Rows) > 0 })
	if v := s.follow(queued, func(*jobView) bool { return true }); v.State != stateQueued {
		t.Errorf("the third run is %s", v.State)
	}
	stop := func(id string) int {
		status, _ := s.post("/api/runs/"+id+"/stop", "{}")
		return status
	}
	if status := stop("3"); status != http.StatusOK {
		t.Errorf("stop of a queued run: %d", status)
	}
	if v := s.follow(queued, over); v.State != stateStopped || v.Result != nil {
		t.Errorf("%+v", v)
	}
	if status := stop("1"); status != http.StatusOK {
		t.Errorf("stop: %d", status)
	}
	v := s.follow(first, over)
	if v.State != stateStopped || v.Result == nil || !strings.Contains(v.Message, "marked incomplete") {
		t.Fatalf("%+v", v)
	}
	if sum := s.summary(v.Result.Path); !sum.Incomplete || sum.Ended != record.Interrupted {
		t.Errorf("%+v", sum)
	}
	for id, want := range map[string]int{"1": http.StatusConflict, "9": http.StatusNotFound, "x": http.StatusNotFound} {
		if status := stop(id); status != want {
			t.Errorf("stop of run %s: %d, not %d", id, status, want)
		}
	}
	if v := s.follow(second, func(*jobView) bool { return true }); v.State.ended() {
		t.Errorf("another run has ended: %+v", v)
	}
}

// A server that stops keeps the records of its runs, and leaves no temporary folder.
func TestTheServerStopsInOrder(t *testing.T) {
	s := newSite(t, nil)
	id := s.start("folder/endless.yaml", "{}")
	s.start("folder/endless.yaml", `{"seed":"2"}`)
	s.start("folder/tiny.yaml", "{}")
	s.follow(id, func(v *jobView) bool { return len(v.Series.Rows) > 0 })
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if sum := s.summary("endless"); !sum.Incomplete {
		t.Errorf("%+v", sum)
	}
	left, _ := filepath.Glob(filepath.Join(s.results, ".*"))
	tiny, _ := filepath.Glob(filepath.Join(s.results, "tiny*"))
	if len(left)+len(tiny) > 0 {
		t.Errorf("left: %v %v", left, tiny)
	}
}

// A run that asks for too much is refused before it begins, in words; so is one too many.
func TestLimits(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.limits = limits{}.orDefaults(2 << 30)
		c.limits.queued, c.limits.peers = 1, 100
	})
	for settings, want := range map[string]string{
		`{"groups.leechers.count":"5000"}`:                            "5001 peers is too large",
		`{"content.size":"1 TiB"}`:                                    "",
		`{"groups.leechers.count":"99","content.size":"16 GiB"}`:      "million blocks",
		`{"groups.leechers.count":"1000000","content.size":"60 GiB"}`: "is too large",
	} {
		status, text := s.post("/api/runs", `{"scenario":"folder/tiny.yaml","settings":`+settings+`}`)
		if status != http.StatusUnprocessableEntity || message(text) == "" || !strings.Contains(message(text), want) {
			t.Errorf("%s: %d %s", settings, status, text)
		}
	}
	s.write(filepath.Join(s.folder, "long.yaml"), tiny+"stop: {deadline: 8000 h}\n")
	s.write(filepath.Join(s.folder, "fine.yaml"), tiny+"stop: {deadline: 100 h}\nrecord: {interval: 10 ms}\n")
	s.write(filepath.Join(s.folder, "memory.yaml"), strings.Replace(tiny, "content: {", "payload: real\ncontent: {", 1))
	for name, want := range map[string]string{"long.yaml": "virtual time", "fine.yaml": "time series"} {
		if status, text := s.post("/api/runs", `{"scenario":"folder/`+name+`"}`); status != http.StatusUnprocessableEntity || !strings.Contains(message(text), want) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	status, text := s.post("/api/setup", `{"scenario":"folder/memory.yaml","settings":{"content.size":"300 MiB","groups.leechers.count":"20"}}`)
	if status != http.StatusOK || !strings.Contains(text, `"refused":"a run of 21 peers needs about`) {
		t.Errorf("memory: %d %s", status, text)
	}
	for range 3 {
		s.start("folder/endless.yaml", "{}")
	}
	if status, text := s.post("/api/runs", `{"scenario":"folder/endless.yaml"}`); status != http.StatusServiceUnavailable || !strings.Contains(message(text), "the queue is full") {
		t.Errorf("%d %s", status, text)
	}
}
