package flags

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/sim/scenario"
)

// values are the variables of a command with a flag of each type.
type values struct {
	workers int
	seed    uint64
	size    scenario.Bytes
	rate    scenario.Rate
	delay   scenario.Duration
	names   []string
	even    int
	quiet   bool
}

func parse(args ...string) (*values, *cobra.Command, error) {
	v := &values{workers: 2}
	c := &cobra.Command{Use: "cmd", RunE: func(*cobra.Command, []string) error { return nil }, SilenceErrors: true, SilenceUsage: true}
	c.SetFlagErrorFunc(Error)
	c.SetArgs(args)
	fs := c.Flags()
	fs.Var(Count(&v.workers, 1, 256, "4"), "workers", "worker threads")
	fs.Var(Seed(&v.seed, "7"), "seed", "seed of the run")
	fs.Var(Quantity(&v.size, "size", "64 GiB"), "memory", "memory limit")
	fs.Var(Quantity(&v.rate, "rate", "10 Mbit/s"), "rate", "rate of the link")
	fs.Var(Quantity(&v.delay, "duration", "50 ms"), "delay", "delay of the link")
	fs.Var(List(&v.names, "name", "x", Text), "name", "a name")
	fs.Var(Parsed(&v.even, "even", "4", func(text string) (int, error) {
		if text != "4" {
			return 0, errors.New("is odd")
		}
		return 4, nil
	}), "even", "an even number")
	fs.BoolVar(&v.quiet, "quiet", false, "print nothing")
	return v, c, c.Execute()
}

func TestValuesAreParsed(t *testing.T) {
	v, _, err := parse("--workers", "3", "--seed=18446744073709551615", "--memory", "64GiB", "--rate", "8 Mbit/s",
		"--delay", "1 min", "--name", "a,b", "--name", "c", "--even", "4", "--quiet")
	if err != nil {
		t.Fatal(err)
	}
	if v.workers != 3 || v.seed != 1<<64-1 || v.size != 64<<30 || v.rate != 1e6 || v.delay.Std() != time.Minute ||
		len(v.names) != 2 || v.names[0] != "a,b" || v.even != 4 || !v.quiet {
		t.Errorf("%+v", v)
	}
}

// A message has the flag's name, the text that was found, and a correct example.
func TestErrorsSayWhatIsRight(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--workers two", `--workers: "two" is not a whole number from 1 to 256, such as 4`},
		{"--workers 0", `--workers: "0" is not a whole number from 1 to 256, such as 4`},
		{"--workers 257", `--workers: "257" is not a whole number from 1 to 256, such as 4`},
		{"--workers", "--workers needs a value (count), such as --workers 4"},
		{"--seed -1", `--seed: "-1" is not a seed: a whole number from 0 to 18446744073709551615, such as 7`},
		{"--memory 64", `--memory: "64" has no unit; write "64 kB"`},
		{"--memory 64gib", `did you mean "GiB"?`},
		{"--rate fast", `--rate: "fast" is not a rate; write one like "10 MB/s"`},
		{"--delay 3", `--delay: "3" has no unit`},
		{"--even 5", "--even: is odd"},
		{"--quiet=maybe", `--quiet: "maybe" is neither true nor false; --quiet without a value means true`},
		{"--worker 3", "there is no flag --worker, did you mean --workers?; cmd --help shows them"},
		{"--workers " + strings.Repeat("9", 400), `9"... is not a whole number`},
	} {
		_, _, err := parse(strings.Fields(c.args)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80s: %v", c.args, err)
		}
	}
}

// Help shows the names of types, and only defaults that the usage text does not have.
func TestHelpNamesTypes(t *testing.T) {
	_, c, _ := parse()
	help := strings.Join(strings.Fields(c.UsageString()), " ")
	for _, want := range []string{"--workers count worker threads (default 2)", "--seed seed seed of the run", "--memory size memory limit --name", "--delay duration"} {
		if !strings.Contains(help, want) {
			t.Errorf("no %q in %s", want, help)
		}
	}
}
