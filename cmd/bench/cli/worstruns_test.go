package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The worst seeds of what moved are played with a report, and the page links them from where it is.
func TestReports(t *testing.T) {
	s := newScratch(t)
	suite := `name: try
seeds: 2
metrics: [completion_p50, overhead]
subjects:
  - {name: stock}
  - {name: other, set: {client.profile: libtorrent-2}}
cases:
  - name: crowd-8
    scenario: flash-crowd
    set: {groups.leechers.count: 8, groups.leechers.arrival: {}, content.size: 1 MiB}
`
	s.write("suite.yaml", suite)
	if code, _, errs := s.bench("save", "base.yaml", "suite.yaml", "-q"); code != 0 {
		t.Fatalf("save: exit %d: %s", code, errs)
	}
	s.write("suite.yaml", strings.Replace(suite, "libtorrent-2", "transmission-3", 1))
	args := []string{"compare", "base.yaml", "-q", "--write", "html=pages/bench.html", "--reports", "runs"}
	for range 2 { // the second time it replaces them
		code, _, errs := s.bench(args...)
		if code != exitRegressed {
			t.Fatalf("exit %d: %s", code, errs)
		}
		page, err := os.ReadFile("pages/bench.html")
		if err != nil {
			t.Fatal(err)
		}
		links := regexp.MustCompile(`href="([^"]*)"`).FindAllSubmatch(page, -1)
		if len(links) == 0 {
			t.Fatal("the page links no report")
		}
		for _, m := range links {
			if !strings.HasPrefix(string(m[1]), "../runs/crowd-8-other-") {
				t.Errorf("link %s", m[1])
			}
			if text, err := os.ReadFile("pages/" + string(m[1])); err != nil || len(text) == 0 {
				t.Errorf("link %s: %v", m[1], err)
			}
		}
	}
	if code, _, errs := s.bench("compare", "base.yaml", "base.yaml", "--reports", "runs"); code != exitUsage || !strings.Contains(errs, "leave out NEW") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
