package format

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The documentation has a row for each format and each field of the JSON.
func TestFormatsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for _, f := range Formats() {
		if !strings.Contains(doc, "| `"+f.Name+"` | `"+f.File+"` |") {
			t.Errorf("docs/ci.md has no row of format %s, file %s", f.Name, f.File)
		}
	}
	source, err := os.ReadFile("json.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`json:\"([a-z_]+)").FindAllStringSubmatch(string(source), -1) {
		if !strings.Contains(doc, "`"+m[1]+"`") {
			t.Errorf("docs/ci.md does not describe field %s", m[1])
		}
	}
}
