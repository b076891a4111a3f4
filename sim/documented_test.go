package sim

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"swarmsim/sim/scenario"
)

// docs/scenarios.md names every field of a scenario, every strategy and every value.
func TestScenarioLanguageIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z0-9_.-]+`).FindAllString(string(text), -1) {
		word = strings.Trim(word, ".")
		words[word] = true
		for _, part := range strings.Split(word, ".") {
			words[part] = true
		}
	}
	for _, f := range scenario.Fields(Catalogue(), []string{"leechers"}) {
		name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
		for _, word := range append([]string{name}, f.Choices...) {
			if !words[word] {
				t.Errorf("docs/scenarios.md lacks %s of %s", word, f.Path)
			}
		}
	}
}
