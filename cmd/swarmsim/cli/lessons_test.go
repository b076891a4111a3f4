//go:build unix

package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const lessonsFolder = "../../../docs/learn"

var rewriteLessons = flag.Bool("rewrite-lessons", false, "write the numbers and pictures of docs/learn again instead of comparing")

// A chapter states a number as 4.7 s<!--swarm completion_s.p50-->: the run, which is a folder of
// results, and the path in its summary.json, or a quotient of two of these. The value is converted to
// the unit, and compared with the decimals that are stated.
var (
	lessonNumber  = regexp.MustCompile(`([0-9?][0-9,.]*)( s| min| MiB| GiB| %)?<!--([^>]*)-->`)
	lessonPicture = regexp.MustCompile(`\(\.\./img/(learn-[^)]*\.png)\)<!--picture (\S+) (\S+)-->`)
	lessonUnits   = map[string]float64{"": 1, " s": 1, " min": 60, " MiB": 1 << 20, " GiB": 1 << 30, " %": 0.01}
)

// The commands in docs/learn work, their scenarios meet their expectations, and the numbers in the text
// are those of the runs.
func TestLessons(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	chapters, err := filepath.Glob(filepath.Join(lessonsFolder, "[1-8]-*.md"))
	if err != nil || len(chapters) != 8 {
		t.Fatal("there are not eight chapters:", chapters, err)
	}
	for _, chapter := range chapters {
		t.Run(filepath.Base(chapter), func(t *testing.T) {
			page, err := os.ReadFile(chapter)
			if err != nil {
				t.Fatal(err)
			}
			at := t.TempDir()
			runLesson(t, shell, at, string(page))
			if *rewriteLessons {
				rewriteLesson(t, at, chapter, string(page))
				return
			}
			checkLesson(t, at, string(page))
		})
	}
}

// runLesson runs the commands of a chapter in a folder that has the scenarios where a clone has them.
func runLesson(t *testing.T, shell, at, page string) {
	t.Helper()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	scenarios := os.DirFS(filepath.Join(lessonsFolder, "scenarios"))
	if err := os.CopyFS(filepath.Join(at, "docs", "learn", "scenarios"), scenarios); err != nil {
		t.Fatal(err)
	}
	numbersAlone := " --no-plots --set record.transfers=off --set record.decisions=off" // to save time
	if *rewriteLessons {
		numbersAlone = ""
	}
	bin := t.TempDir()
	shim := fmt.Sprintf("#!/bin/sh\nif [ $1 = run ]; then set -- \"$@\"%s; fi\n%s=$(printf '%%s\\n' \"$@\") exec '%s'\n", numbersAlone, programEnv, self)
	if err := os.WriteFile(filepath.Join(bin, "swarmsim"), []byte(shim), 0o755); err != nil {
		t.Fatal(err)
	}
	scripts := sweepsScript.FindAllStringSubmatch(page, -1)
	if len(scripts) < 2 {
		t.Error("a chapter needs commands, and others that change something")
	}
	for _, m := range scripts {
		c := exec.Command(shell, "-euo", "pipefail", "-c", m[1])
		c.Dir = at
		c.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s%s", err, m[1], out)
		}
	}
}

func checkLesson(t *testing.T, at, page string) {
	t.Helper()
	numbers := lessonNumber.FindAllStringSubmatch(page, -1)
	if len(numbers) < 4 || len(numbers)+len(lessonPicture.FindAllString(page, -1)) != strings.Count(page, "<!--") {
		t.Errorf("%d numbers are marked, of %d comments", len(numbers), strings.Count(page, "<!--"))
	}
	for _, m := range numbers {
		if is := lessonValue(t, at, m[1], m[2], m[3]); is != m[1] {
			t.Errorf("%s is %s%s, not %s; write them again as docs/learn/README.md says", m[3], is, m[2], m[1])
		}
	}
	pictures := lessonPicture.FindAllStringSubmatch(page, -1)
	if len(pictures) == 0 {
		t.Error("there is no picture")
	}
	for _, m := range pictures {
		if _, err := os.Stat(filepath.Join(lessonsFolder, "../img", m[1])); err != nil {
			t.Error(err)
		}
	}
}

func rewriteLesson(t *testing.T, at, chapter, page string) {
	t.Helper()
	page = lessonNumber.ReplaceAllStringFunc(page, func(text string) string {
		m := lessonNumber.FindStringSubmatch(text)
		return lessonValue(t, at, m[1], m[2], m[3]) + m[2] + "<!--" + m[3] + "-->"
	})
	if err := os.WriteFile(chapter, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, m := range lessonPicture.FindAllStringSubmatch(page, -1) {
		picture, err := os.ReadFile(filepath.Join(at, "results", m[2], m[3]+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(lessonsFolder, "../img", m[1]), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lessonValue returns the value of an expression as a chapter writes it, with the decimals of like.
func lessonValue(t *testing.T, at, like, unit, expression string) string {
	t.Helper()
	over, under, quotient := strings.Cut(expression, " / ")
	value := lessonMeasure(t, at, over)
	if quotient {
		value /= lessonMeasure(t, at, under)
	}
	_, decimals, _ := strings.Cut(like, ".")
	return strconv.FormatFloat(value/lessonUnits[unit], 'f', len(decimals), 64)
}

// lessonMeasure returns a number of a run's summary: groups are found by name.
func lessonMeasure(t *testing.T, at, where string) float64 {
	t.Helper()
	run, path, _ := strings.Cut(where, " ")
	text, err := os.ReadFile(filepath.Join(at, "results", run, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			value = nil
			for _, g := range v {
				if group, _ := g.(map[string]any); group["name"] == name {
					value = group
				}
			}
		}
	}
	number, ok := value.(float64)
	if !ok {
		t.Fatalf("%s has no number %s", run, path)
	}
	return number
}
