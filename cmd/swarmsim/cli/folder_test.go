//go:build unix

package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
)

// No command, with --force or without, removes or changes files that it did not write.
func TestOtherFilesStay(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	must := func(args ...string) {
		t.Helper()
		if code, _, err := program(t, args...); code != 0 {
			t.Fatalf("%q: exit %d: %s", args, code, err)
		}
	}
	foreign := func(dir string) {
		t.Helper()
		write(t, dir+"/notes.md", "mine")
		if err := os.MkdirAll(dir+"/more", 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, dir+"/more/mean.png", "mine")
	}
	still := func(dir, after string) {
		t.Helper()
		if read(dir+"/notes.md") != "mine" || read(dir+"/more/mean.png") != "mine" {
			t.Errorf("%s removed or changed another file", after)
		}
	}
	must("sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "1")
	foreign("s")
	must("sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "2")
	still("s", "a sweep with another seed")
	must("sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "2", "--force")
	still("s", "sweep --force")
	must("run", "./tiny.yaml", "-q", "--no-plots", "-o", "r")
	foreign("r")
	must("run", "./tiny.yaml", "-q", "--no-plots", "-o", "r", "--force")
	still("r", "run --force")
	must("sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "r", "--seeds", "1", "--force")
	still("r", "sweep --force over a run")
	if read("r/summary.json") != "" || read("r/runs.csv") == "" {
		t.Error("the run's files are still there")
	}

	// A folder that has an empty journal, or another file of that name.
	if err := os.Mkdir("odd", 0o755); err != nil {
		t.Fatal(err)
	}
	foreign("odd")
	write(t, "odd/runs.journal", "")
	must("sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "odd", "--seeds", "1")
	still("odd", "a sweep into a folder with an empty journal")
	write(t, "odd/runs.journal", "my own diary")
	if code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "-o", "odd", "--seeds", "1"); code != 2 || !strings.Contains(err, "is not a journal") || read("odd/runs.journal") != "my own diary" {
		t.Errorf("exit %d: %s; the journal is %q", code, err, read("odd/runs.journal"))
	}
	noLeftovers(t)
}

// Of four concurrent runs with one name, and two with one -o, each keeps its results and
// prints their folder.
func TestAFinishedRunIsKept(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	var wg sync.WaitGroup
	codes, said := make([]int, 6), make([]string, 6)
	for i := range codes {
		args := []string{"run", "./tiny.yaml", "--no-plots"}
		if i >= 4 {
			args = append(args, "-o", "chosen")
		}
		wg.Go(func() {
			var out, err bytes.Buffer
			codes[i] = Run(context.Background(), &out, &err, args)
			said[i] = out.String() + err.String()
		})
	}
	wg.Wait()
	folders, _ := filepath.Glob("results/tiny*/summary.json")
	chosen, _ := filepath.Glob("chosen*/summary.json")
	refused := 0 // because the folder existed at the start
	for i, code := range codes {
		if code == 2 && i >= 4 && strings.Contains(said[i], "exists") {
			refused++
		} else if code != 0 {
			t.Errorf("run %d: exit %d: %s", i, code, said[i])
		}
	}
	if len(folders) != 4 || len(chosen)+refused != 2 {
		t.Errorf("kept %v and %v, %d refused", folders, chosen, refused)
	}
	for _, f := range append(folders, chosen...) {
		if dir := filepath.Dir(f); !strings.Contains(strings.Join(said, "\n"), "results   "+dir+"\n") {
			t.Errorf("no run has printed the folder %s", dir)
		}
	}
}

// A folder of the user that has the name of a results file stays, and so does the finished
// run.
func TestForceLosesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "r"); code != 0 {
		t.Fatal(err)
	}
	os.Remove("r/peers.csv")
	if err := os.MkdirAll("r/peers.csv", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "r/peers.csv/mine", "mine")
	write(t, "r/a-notes.md", "mine")
	code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "r", "--force")
	if code != 0 || read("r/a-notes.md") != "mine" || read("r-old/peers.csv/mine") != "mine" || len(read("r/peers.csv")) < 100 || results.Exists("r-old/summary.json") {
		t.Errorf("exit %d: %s", code, err)
	}
}

// A link is replaced; its target is not written to.
func TestLinksAreReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	write(t, "outside", "precious")
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "-o", "r"); code != 0 {
		t.Fatal(err)
	}
	link := func(name string) {
		t.Helper()
		os.Remove(name)
		if err := os.Symlink("../outside", name); err != nil {
			t.Fatal(err)
		}
	}
	link("r/report.html")
	link("r/copies.png")
	if code, _, err := program(t, "report", "r"); code != 0 {
		t.Fatal(err)
	}
	if err := os.Mkdir("s", 0o755); err != nil {
		t.Fatal(err)
	}
	link("s/runs.journal")
	code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "-o", "s", "--seeds", "1")
	if code != 2 || !strings.Contains(err, "is a symbolic link, not a journal") {
		t.Errorf("exit %d: %s", code, err)
	}
	os.Remove("s/runs.journal")
	if code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "1"); code != 0 {
		t.Fatal(err)
	}
	link("s/runs.csv")
	link("s/meta.json")
	if code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "2"); code != 0 {
		t.Fatal(err)
	}
	if read("outside") != "precious" {
		t.Errorf("the target of a link was written to: %.40q", read("outside"))
	}
}

// Temporary folders of killed processes are removed; those of running processes and
// folders with similar names stay.
func TestTemporaryFoldersAreRemoved(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	for _, dir := range []string{".r.making-123", ".r.making-456", ".r.making-mine", ".other.making-123"} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, dir+"/summary.json", "{")
	}
	write(t, ".r.making-456/notes.md", "mine")
	running, err := results.NewRun("r", "r", false)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "r"); code != 0 {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{".r.making-123": false, ".r.making-456/notes.md": true, ".r.making-mine": true, ".other.making-123": false, running.TemporaryPath(): true} {
		if results.Exists(name) != want {
			t.Errorf("%s is there: %v", name, !want)
		}
	}
	running.Discard()
}

// If a line of a journal is damaged, its run alone is played again.
func TestADamagedJournal(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	sweep := []string{"sweep", "./tiny.yaml", "--no-plots", "-o", "s", "--seeds", "3"}
	if code, _, err := program(t, sweep...); code != 0 {
		t.Fatal(err)
	}
	before := read("s/runs.csv")
	text := []byte(read("s/" + lab.JournalFile))
	second := bytes.IndexByte(text, '\n') + 200
	text[second] ^= 1
	write(t, "s/"+lab.JournalFile, string(text))
	code, _, err := program(t, sweep...)
	if code != 0 || !strings.Contains(err, "s/runs.journal has 1 damaged line; its run is played again") || read("s/runs.csv") != before {
		t.Errorf("exit %d: %s", code, err)
	}
}

// Pipes, devices and huge files are refused at once.
func TestPipesDevicesAndHugeFilesAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if err := syscall.Mkfifo("pipe.yaml", 0o600); err != nil {
		t.Skip(err)
	}
	big, err := os.Create("big.yaml")
	if err != nil {
		t.Fatal(err)
	}
	big.Truncate(5 << 30)
	big.Close()
	write(t, "sweep.yaml", "name: x\nscenario: ./pipe.yaml\n")
	os.Mkdir("r", 0o755)
	syscall.Mkfifo("r/summary.json", 0o600)
	os.Mkdir("s", 0o755)
	syscall.Mkfifo("s/runs.journal", 0o600)
	for _, c := range []struct{ args, want string }{
		{"run ./pipe.yaml", "it is a named pipe, not a file"},
		{"check ./pipe.yaml", "it is a named pipe, not a file"},
		{"sweep ./pipe.yaml", "it is a named pipe, not a file"},
		{"sweep ./sweep.yaml", "it is a named pipe, not a file"},
		{"run ./big.yaml", "it has 5 GiB; at most 1 MiB are read"},
		{"sweep ./big.yaml", "it has 5 GiB; at most 1 MiB are read"},
		{"run /dev/zero", "it is a device, not a file"},
		{"run .", "it is a folder, not a file"},
		{"report r", "it is a named pipe, not a file"},
		{"report s", "meta.json"},
		{"sweep ./tiny.yaml -o s", "is a named pipe, not a journal"},
		{"sweep ./tiny.yaml -o s --dry-run", "it is a named pipe, not a file"},
		{"run ./tiny.yaml --set content={torrent:pipe.yaml}", "is a named pipe, not a file"},
		{"run ./tiny.yaml --set content.torrent=/dev/zero", `"/dev/zero" is a device, not a file`},
		{"run ./tiny.yaml --set content.torrent=big.yaml", "it has 5 GiB; at most 32 MiB are read"},
		{"run ./tiny.yaml --set groups.leechers.arrival={pattern:trace,file:pipe.yaml}", "it is a named pipe"},
	} {
		args := strings.Fields(c.args)
		if strings.Contains(c.args, "={") { // flow mappings want spaces after their colons
			args = strings.SplitN(c.args, " ", 4)
			args[3] = strings.ReplaceAll(args[3], ":", ": ")
		}
		if code, _, err := program(t, args...); code != 2 || !strings.Contains(err, c.want) {
			t.Errorf("%s: exit %d: %s", c.args, code, err)
		}
	}
}

// -o may name the working directory or a link: --force replaces the results in the folder
// itself or in the link's target, and other files stay.
func TestForceInPlaceAndThroughALink(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "away/r"); code != 0 {
		t.Fatal(err)
	}
	write(t, "away/r/notes.md", "mine")
	if err := os.Symlink("away/r", "link"); err != nil {
		t.Skip(err)
	}
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "link", "--force", "--seed", "2"); code != 0 {
		t.Fatal(err)
	}
	st, err := os.Lstat("link")
	if err != nil || st.Mode()&os.ModeSymlink == 0 || read("away/r/notes.md") != "mine" || !strings.Contains(read("away/r/summary.json"), `"seed": 2`) {
		t.Errorf("the link: %v, %v; notes %q", st, err, read("away/r/notes.md"))
	}
	t.Chdir("away/r")
	if code, _, err := program(t, "run", "../../tiny.yaml", "-q", "--no-plots", "-o", ".", "--force", "--seed", "3"); code != 0 {
		t.Fatal(err)
	}
	t.Chdir("../..")
	if read("away/r/notes.md") != "mine" || !strings.Contains(read("away/r/summary.json"), `"seed": 3`) {
		t.Error("a file was lost")
	}
	noLeftovers(t)
}

// Temporary files of killed processes are removed by the next command.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "r"); code != 0 {
		t.Fatal(err)
	}
	if code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "1"); code != 0 {
		t.Fatal(err)
	}
	write(t, "r/.copies.png.making-17", "half")
	write(t, "s/.change-completion-mean.png.making-17", "half")
	write(t, "s/.mine", "mine")
	if code, _, err := program(t, "report", "r"); code != 0 {
		t.Fatal(err)
	}
	if code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "1"); code != 0 {
		t.Fatal(err)
	}
	if results.Exists("r/.copies.png.making-17") || results.Exists("s/.change-completion-mean.png.making-17") || !results.Exists("s/.mine") {
		t.Error("temporary files are left, or another file was removed")
	}
}
