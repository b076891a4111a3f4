package emit

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"swarmsim/lab/cluster"
)

// hostile are texts that a file is wrong with if they are not quoted.
var hostile = []string{
	"", " ", "a b", "it's", `say "x"`, "$(touch hacked)", "`touch hacked`", "$HOME", "${HOME}", "#not a comment", "a\nb", "a\r\nb", "\t", "a;b&c|d",
	"*", "~", "!x", `back\slash`, `\`, "{index}", "{{x}}", "%a", "$(Process)", "-o", "--", "ünïcödé", "\u2028", "\x7f\x01\u0085", "😀", "'''", `"""`, "[a]", "- a: b", "=x",
}

// Every text is one word of a shell, and itself.
func TestShellWords(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	out, err := exec.Command(bash, "-c", `printf '%s\0' `+shellWords(hostile)).Output()
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); err != nil || !slices.Equal(got, hostile) {
		t.Errorf("%v: %q", err, got)
	}
}

// YAML and Python read a literal as it was.
func TestLiterals(t *testing.T) {
	var list []string
	for _, text := range hostile {
		list = append(list, literal(text))
		if strings.Contains(comment(text), "\n") {
			t.Errorf("a comment of two lines: %q", text)
		}
	}
	all := "[" + strings.Join(list, ", ") + "]"
	var got []string
	if err := yaml.Unmarshal([]byte(all), &got); err != nil || !slices.Equal(got, hostile) {
		t.Errorf("YAML: %v: %q", err, got)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no Python")
	}
	out, err := exec.Command(python, "-c", "import json; print(json.dumps("+all+"))").Output()
	if err != nil || json.Unmarshal(out, &got) != nil || !slices.Equal(got, hostile) {
		t.Errorf("Python: %v: %q", err, got)
	}
}

// A name of a job is one that Kubernetes takes.
func TestLabels(t *testing.T) {
	valid := regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	for _, text := range append(slices.Clone(hostile), "A_b.C", strings.Repeat("ab-", 100), strings.Repeat("-", 100)+"a") {
		if got := label(text); !valid.MatchString(got) || len(got) > maxLabel {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Runs are packed into tasks that last as they should.
func TestPack(t *testing.T) {
	var runs []cluster.Run
	for i := range 400 {
		runs = append(runs, cluster.Run{Nth: i, Cost: int64(1 + i%4)})
	}
	second := cluster.Timing{Runs: []cluster.TimedRun{{Run: cluster.Run{Cost: 1}, CPU: time.Second}}} // 1000 s in all
	for _, c := range []struct {
		fit   Fit
		cores int
		tasks int
		least time.Duration
	}{
		{Fit{Timing: second, TaskTime: 100 * time.Second, MaxTasks: 1000}, 1, 10, 100 * time.Second},
		{Fit{Timing: second, TaskTime: 100 * time.Second, MaxTasks: 1000}, 2, 5, 100 * time.Second},
		{Fit{Timing: second, TaskTime: 99 * time.Second, MaxTasks: 1000}, 1, 11, 90 * time.Second},
		{Fit{Timing: second, TaskTime: time.Hour, MaxTasks: 1000}, 1, 1, 1000 * time.Second},
		{Fit{Timing: second, TaskTime: time.Millisecond, MaxTasks: 1000}, 1, 400, 4 * time.Second},
		{Fit{Timing: second, TaskTime: time.Millisecond, MaxTasks: 50}, 1, 50, 20 * time.Second},
		{Fit{Tasks: 7, MaxTasks: 1000}, 1, 7, 0},
		{Fit{Tasks: 700, MaxTasks: 1000}, 1, 400, 0},
	} {
		j := Job{Cores: c.cores}
		j.Pack(runs, c.fit)
		if j.Tasks != c.tasks || j.Runs != 400 || j.TaskTime < c.least || j.TaskTime > c.least*11/10 {
			t.Errorf("%+v with %d cores: %d tasks of %v", c.fit, c.cores, j.Tasks, j.TaskTime)
		}
	}
}

// A text that a file cannot hold is refused.
func TestInvalidText(t *testing.T) {
	for _, s := range schedulers {
		if _, err := s.Files(&Job{Name: "x", Sweep: []string{"a\xff.yaml"}}); err == nil || !strings.Contains(err.Error(), "not valid UTF-8") {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}
