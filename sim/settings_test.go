package sim

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/sim/scenario"
)

// A setting of a strategy that is given by a former name is refused with the new one. CHANGELOG.md
// lists both.
func TestFormerSettingsAreRefused(t *testing.T) {
	changelog, err := os.ReadFile("../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	known := Catalogue()
	for kind, strategies := range map[string][]scenario.Named{
		"choker": known.Chokers, "picker": known.Pickers, "backlog": known.Backlogs,
	} {
		for _, s := range strategies {
			for _, f := range reflect.VisibleFields(reflect.TypeOf(s.Defaults()).Elem()) {
				former, ok := f.Tag.Lookup("former")
				if !ok {
					continue
				}
				now, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				for old := range strings.SplitSeq(former, ",") {
					checkFormer(t, kind, s.Name, old, now)
					row := "| `" + s.Name + "` | `" + old + "` | `" + now + "` |"
					if !strings.Contains(string(changelog), row) {
						t.Errorf("CHANGELOG.md lacks\n%s", row)
					}
				}
			}
		}
	}
}

// checkFormer checks that a setting's former name is refused with the present one.
func checkFormer(t *testing.T, kind, strategy, old, now string) {
	t.Helper()
	_, err := scenario.Load(scenario.Source{
		Shown: "s.yaml", Files: fstest.MapFS{}, Dir: ".", Catalogue: Catalogue(),
		Text: []byte("name: x\ncontent: {size: 1 MiB}\nclient: {" + kind + ": {name: " + strategy + ", " + old + ": 1}}\n" +
			"groups: [{name: a, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}]\n"),
	})
	if err == nil || !strings.Contains(err.Error(), "client."+kind+"."+old+": is now called "+now) {
		t.Errorf("%s %s: %s gives %v, want that it is now called %s", kind, strategy, old, err, now)
	}
}
