//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// hostileName is a name of a file that is another one if it is not quoted.
const hostileName = `it's $(touch hacked) "{index}" {{x}} %a #1 \ü.yaml`

// needPrograms skips a test if a program is not installed.
func needPrograms(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
}

// installShim makes this test binary the program swarmsim of the PATH.
func installShim(t *testing.T) {
	t.Helper()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	shim := fmt.Sprintf("#!/bin/sh\n%s=$(printf '%%s\\n' \"$@\") exec '%s'\n", programEnv, self)
	if err := os.WriteFile(filepath.Join(bin, "swarmsim"), []byte(shim), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// emitTest is a folder with a sweep in a file of a hostile name, and its results of one machine.
type emitTest struct {
	*testing.T
	seeds string
}

func newEmitTest(t *testing.T) emitTest {
	t.Helper()
	needPrograms(t, "bash")
	t.Chdir(t.TempDir())
	installShim(t)
	write(t, hostileName, fewRuns)
	seeds := "40" // 400 runs
	if testing.Short() {
		seeds = "3"
	}
	if code, _, err := program(t, "sweep", "./"+hostileName, "-q", "-o", "one", "--seeds", seeds); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	return emitTest{t, seeds}
}

// emit writes the job.
func (t emitTest) emit(scheduler, to string) {
	t.Helper()
	if code, _, err := program(t.T, "sweep", "./"+hostileName, "-q", "--seeds", t.seeds, "--emit", scheduler, "--tasks", "4", "-o", to); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
}

// call calls a command, and returns its output and its exit code.
func (t emitTest) call(name string, args ...string) (string, int) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !asExit(err, &exit) {
		t.Fatal(err)
	} else if err != nil {
		return string(out), exit.ExitCode()
	}
	return string(out), 0
}

func asExit(err error, to **exec.ExitError) bool {
	e, ok := err.(*exec.ExitError)
	*to = e
	return ok
}

// mustCall calls a command that must succeed.
func (t emitTest) mustCall(name string, args ...string) {
	t.Helper()
	if out, code := t.call(name, args...); code != 0 {
		t.Fatalf("%s %q: exit %d\n%s", name, args, code, out)
	}
}

// merged checks that the results are those of one machine, and that no name became a command.
func (t emitTest) merged() {
	t.Helper()
	sameFolders(t.T, "one", "results/many")
	if _, err := os.Stat("hacked"); err == nil {
		t.Error("a part of a name was executed")
	}
}

// failing makes tasks fail: the program exits with a code instead of playing shard 2, the given number of
// times. It returns the number of attempts at that shard.
func (t emitTest) failing(code, times int) (attempts func() int) {
	t.Helper()
	count, err := filepath.Abs(fmt.Sprintf("attempts-%d", code))
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`#!/bin/sh
for word in "$@"; do
  if [ "$word" = --shard=2/4 ]; then
    echo >>'%s'
    [ "$(wc -l <'%[1]s')" -gt %d ] || exit %d
  fi
done
exec swarmsim "$@"
`, count, times, code)
	name := count + ".sh"
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SWARMSIM", name)
	return func() int {
		text, _ := os.ReadFile(count)
		return bytes.Count(text, []byte("\n"))
	}
}

// A job of GNU parallel ends in the bytes of one machine. Tasks that fail are tried again, but not if
// the sweep is wrong.
func TestEmitParallel(t *testing.T) {
	needPrograms(t, "parallel")
	e := newEmitTest(t)
	e.emit("parallel", "a job.sh")
	attempts := e.failing(1, 1)
	e.mustCall("bash", "a job.sh", "--jobs", "2")
	e.merged()
	if n := attempts(); n != 2 {
		t.Errorf("%d attempts", n)
	}
	attempts = e.failing(2, 9)
	if out, code := e.call("bash", "a job.sh", "--jobs", "1"); code != 1 || attempts() != 1 || !strings.Contains(out, "results/many-shards.joblog") {
		t.Errorf("exit %d after %d attempts: %s", code, attempts(), out)
	}
}

// A job of Snakemake ends in the bytes of one machine, too.
func TestEmitSnakemake(t *testing.T) {
	needPrograms(t, "snakemake")
	e := newEmitTest(t)
	e.emit("snakemake", "jobs/Snakefile")
	attempts := e.failing(2, 1)
	snakemake := []string{"-q", "--cores", "2", "--snakefile", "jobs/Snakefile", "--config"}
	failing := "program=" + os.Getenv("SWARMSIM")
	if out, code := e.call("snakemake", append(snakemake, failing)...); code != 1 || attempts() != 1 {
		t.Errorf("exit %d after %d attempts: %s", code, attempts(), out)
	}
	attempts = e.failing(1, 1)
	e.mustCall("snakemake", append(snakemake, "program="+os.Getenv("SWARMSIM"))...)
	e.merged()
	if n := attempts(); n != 2 {
		t.Errorf("%d attempts", n)
	}
}

// The steps of a job of HTCondor, called one after another, end in the bytes of one machine.
func TestEmitCondor(t *testing.T) {
	e := newEmitTest(t)
	e.emit("condor", "a job")
	for _, name := range []string{"sweep.dag", "tasks.sub", "merge.sub"} {
		if text, err := os.ReadFile(filepath.Join("a job", name)); err != nil || bytes.Contains(text, []byte("hacked")) {
			t.Errorf("%v\n%s", err, text)
		}
	}
	t.Chdir("a job")
	for i := range 4 {
		e.mustCall("bash", "step.sh", "task", fmt.Sprint(i))
	}
	e.mustCall("bash", "step.sh", "merge")
	if out, code := e.call("bash", "step.sh", "task", "4"); code != 2 {
		t.Errorf("exit %d: %s", code, out)
	}
	t.Chdir("..")
	e.merged()
}

// The commands of the containers, called for each index, end in the bytes of one machine. That the jobs are
// ones of Kubernetes is tested in lab/cluster/emit/kubernetes.
func TestEmitKubernetes(t *testing.T) {
	e := newEmitTest(t)
	e.emit("kubernetes", "job.yaml")
	text, err := os.ReadFile("job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var commands [][]string
	for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
		var job struct {
			Spec struct {
				Template struct {
					Spec struct{ Containers []struct{ Command []string } }
				}
			}
		}
		if err := yaml.Unmarshal(document, &job); err != nil {
			t.Fatal(err)
		}
		command := job.Spec.Template.Spec.Containers[0].Command
		for i := range command {
			command[i] = strings.ReplaceAll(command[i], "$$", "$") // as Kubernetes does
		}
		commands = append(commands, command)
	}
	for i := range 4 {
		t.Setenv("JOB_COMPLETION_INDEX", fmt.Sprint(i))
		e.mustCall(commands[0][0], commands[0][1:]...)
	}
	e.mustCall(commands[1][0], commands[1][1:]...)
	e.merged()
}

// Tasks are as long as three runs that are played suggest; the job has the memory and the flags.
func TestEmitFromASample(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", fewRuns)
	code, out, said := program(t, "sweep", "./many.yaml", "--emit", "slurm", "--task-time", "1ms", "--workers", "2", "--set", "groups.leechers.count=5", "--no-plots")
	if code != 0 || !strings.Contains(said, "40 runs in ") || !strings.Contains(said, " tasks of about ") {
		t.Errorf("exit %d: %s", code, said)
	}
	for _, want := range []string{
		"--cpus-per-task=2", "--array=1-", "--mem=", "--time=", "--workers=2", "--set=groups.leechers.count=5 ./many.yaml", "-o \"$results\" --no-plots",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, err := os.Stat("results"); err == nil {
		t.Error("runs that were timed have a results folder")
	}
	_, out, said = program(t, "sweep", "./many.yaml", "--emit", "slurm", "--task-time", "2 h")
	if !strings.Contains(out, "--array=1-1 ") || !strings.Contains(said, "40 runs in 1 task of about ") {
		t.Errorf("%s%s", out, said)
	}
}

// Flags that do not go together, and files that are there, are refused.
func TestEmitRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", fewRuns)
	write(t, "mine.sh", "mine")
	for _, c := range []struct{ args, want string }{
		{"--emit pbs", `--emit: "pbs" is not a scheduler: there are slurm, kubernetes, parallel, condor, snakemake`},
		{"--tasks 3", "--tasks is for a job; give --emit too"},
		{"--emit slurm --tasks 3 --task-time 1min", "give one of them"},
		{"--emit slurm --tasks 1001", "1001 are too many for --emit slurm: at most 1000"},
		{"--emit slurm --task-time 0s", "longer than 0"},
		{"--emit slurm --shard 1/2", "leave --shard and --after out"},
		{"--emit slurm --serve :4222", "without one; give one of them"},
		{"--emit slurm --json", "leave --json and --dry-run out"},
		{"--emit slurm --image x", "are for --emit kubernetes, not for slurm"},
		{"--emit slurm --tasks 2 -o mine.sh", "mine.sh exists, and is not this job"},
	} {
		code, _, said := program(t, append([]string{"sweep", "./many.yaml"}, strings.Fields(c.args)...)...)
		if code != 2 || !strings.Contains(said, c.want) {
			t.Errorf("%s: exit %d: %s", c.args, code, said)
		}
	}
	for range 2 { // the same job may be written again
		if code, _, said := program(t, "sweep", "./many.yaml", "--emit", "slurm", "--tasks", "2", "-o", "mine.sh", "--force"); code != 0 || !strings.Contains(said, "start it from here: bash mine.sh") {
			t.Errorf("exit %d: %s", code, said)
		}
	}
}
