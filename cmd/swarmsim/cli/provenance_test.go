package cli

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// Every results folder describes itself, and the crate lists its files with their sizes.
func TestFoldersDescribeThemselves(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "1767312000")
	write(t, "tiny.yaml", tiny)
	for _, args := range [][]string{
		{"run", "./tiny.yaml", "-q", "-o", "run", "--seed", "7"},
		{"run", "./tiny.yaml", "-q", "-o", "redrawn", "--seed", "7", "--no-plots"},
		{"report", "redrawn"},
		{"sweep", "./tiny.yaml", "-q", "-o", "sweep", "--seeds", "2"},
	} {
		if code, _, err := program(t, args...); code != 0 {
			t.Fatalf("%q: exit %d: %s", args, code, err)
		}
	}
	for _, dir := range []string{"run", "redrawn", "sweep"} {
		files := contents(t, dir)
		var crate struct {
			Graph []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal([]byte(files["ro-crate-metadata.json"]), &crate); err != nil {
			t.Fatal(err)
		}
		listed, inFolders := 0, 0
		for _, e := range crate.Graph {
			if e["@id"] == "./" && e["datePublished"] != "2026-01-02" {
				t.Errorf("%s: %v", dir, e)
			}
			if e["@type"] == "Dataset" && e["@id"] != "./" {
				for name := range files {
					if strings.HasPrefix(name, e["@id"].(string)) {
						inFolders++
					}
				}
			}
			if e["@type"] != "File" || e["@id"] == "meta.json" {
				continue
			}
			listed++
			if text, ok := files[e["@id"].(string)]; !ok || e["contentSize"] != strconv.Itoa(len(text)) {
				t.Errorf("%s: %v has another size, or is not there", dir, e)
			}
		}
		if (dir == "sweep") != (inFolders > 0) || listed+inFolders != len(files)-1 { // the crate's metadata are no part of it
			t.Errorf("%s: %d files and %d in folders of %d are listed", dir, listed, inFolders, len(files))
		}
	}
	sameFolders(t, "run", "redrawn")
	var d struct {
		Program struct{ SHA256 string }
		Run     struct {
			Seed   uint64
			SHA256 string `json:"scenario_sha256"`
		}
		Sweep struct {
			Seeds struct{ Count int }
			Cells []struct {
				SHA256 string `json:"scenario_sha256"`
			}
		}
	}
	for _, dir := range []string{"run", "sweep"} {
		if err := json.Unmarshal([]byte(contents(t, dir)["provenance.json"]), &d); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.Program.SHA256) != 64 || d.Run.Seed != 7 || len(d.Run.SHA256) != 64 || d.Sweep.Seeds.Count != 2 || len(d.Sweep.Cells) != 1 || len(d.Sweep.Cells[0].SHA256) != 64 {
		t.Errorf("%+v", d)
	}
}
