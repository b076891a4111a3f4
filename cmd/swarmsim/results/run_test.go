package results

import (
	"os"
	"testing"
)

// A folder that another process creates during a run is not replaced: the results get
// another name.
func TestCommitChoosesAFreeName(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := NewRun("r", "x", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("r", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil || f.Path() != "r-2" || !Exists("r-2") {
		t.Errorf("error %v, committed to %s", err, f.Path())
	}
}

// A discarded run leaves nothing.
func TestDiscard(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := NewRun("r", "x", false)
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	if entries, _ := os.ReadDir("."); len(entries) != 0 {
		t.Errorf("left are %v", entries)
	}
}
