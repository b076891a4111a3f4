// Package flags has typed values for the flags of commands: counts, seeds, quantities
// with a unit, texts with a syntax of their own, and lists of these. cmd/swarmsim/cli
// and cmd/bench define their flags with it.
//
// Each constructor returns a pflag.Value, which stores what it reads in a variable:
//
//	fs.Var(flags.Count(&workers, 1, 256, "4"), "workers", "number of worker threads")
//	fs.Var(flags.Quantity(&limit, "size", "64 GiB"), "memory", "memory limit")
//
// Help shows the name of the value's type (--memory size). A value that cannot be read
// is refused when flags are parsed; Error, as a command's flag error function, makes of
// that a message with the flag's name, the text found and an example of a correct one.
//
// Units are read by sim/scenario: a flag accepts the same spellings as a scenario file.
package flags

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"swarmsim/sim/scenario"
)

// value is a pflag.Value.
type value struct {
	typeName string
	example  string // of a correct value
	set      func(text string) error
	text     func() string // shown as the default; nil if the usage text describes it
	given    []string
}

func (v *value) Set(text string) error {
	err := v.set(text)
	if err == nil {
		v.given = append(v.given, text)
	}
	return err
}

func (v *value) Type() string { return v.typeName }

func (v *value) String() string {
	if v.text == nil {
		return ""
	}
	return v.text()
}

// Count is a whole number from low to high; high 0 stands for no upper limit. A variable
// that is not 0 is the default.
func Count(p *int, low, high int, example string) pflag.Value {
	limits := fmt.Sprintf("of at least %d", low)
	if high > 0 {
		limits = fmt.Sprintf("from %d to %d", low, high)
	} else {
		high = math.MaxInt
	}
	return &value{
		typeName: "count",
		example:  example,
		set: func(text string) error {
			n, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil || n < low || n > high {
				return fmt.Errorf("%s is not a whole number %s, such as %s", quote(text), limits, example)
			}
			*p = n
			return nil
		},
		text: func() string { return strconv.Itoa(*p) },
	}
}

// Seed is the seed of a run.
func Seed(p *uint64, example string) pflag.Value {
	return &value{typeName: "seed", example: example, set: func(text string) error {
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return fmt.Errorf("%s is not a seed: a whole number from 0 to %d, such as %s",
				quote(text), uint64(math.MaxUint64), example)
		}
		*p = n
		return nil
	}}
}

// Parser reads a value from a text. Its error quotes the text and describes a correct
// one. scenario.Bytes, Rate, Duration and Frequency and lab/sweep.Seeds and Share are Parsers.
type Parser interface{ Parse(text string) error }

// Quantity is a value that parses itself, such as a size or a share.
func Quantity(p Parser, typeName, example string) pflag.Value {
	return &value{typeName: typeName, example: example, set: p.Parse}
}

// Parsed is a value that a function parses.
func Parsed[T any](p *T, typeName, example string, parse func(text string) (T, error)) pflag.Value {
	return &value{typeName: typeName, example: example, set: func(text string) error {
		x, err := parse(text)
		if err == nil {
			*p = x
		}
		return err
	}}
}

// List collects the values of a flag that may be given several times.
func List[T any](p *[]T, typeName, example string, parse func(text string) (T, error)) pflag.Value {
	return &value{typeName: typeName, example: example, set: func(text string) error {
		x, err := parse(text)
		if err == nil {
			*p = append(*p, x)
		}
		return err
	}}
}

// Text accepts every text: what it names is looked up later.
func Text(text string) (string, error) { return text, nil }

// Given returns the flags of a command that were set, among those with the given names, as arguments
// that set them again.
func Given(c *cobra.Command, names ...string) []string {
	var out []string
	for _, name := range names {
		f := c.Flags().Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		texts := []string{f.Value.String()}
		if v, ok := f.Value.(*value); ok {
			texts = v.given
		}
		for _, text := range texts {
			out = append(out, "--"+name+"="+text)
		}
	}
	return out
}

// Error rewrites an error of parsing flags. Use it with cobra.Command.SetFlagErrorFunc.
func Error(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &invalid):
		name := "--" + invalid.GetFlag().Name
		if invalid.GetFlag().Value.Type() == "bool" {
			return fmt.Errorf("%s: %s is neither true nor false; %s without a value means true",
				name, quote(invalid.GetValue()), name)
		}
		return fmt.Errorf("%s: %w", name, errors.Unwrap(invalid))
	case errors.As(err, &missing):
		name := "--" + missing.GetFlag().Name
		v, ok := missing.GetFlag().Value.(*value)
		if !ok {
			return fmt.Errorf("%s needs a value", name)
		}
		return fmt.Errorf("%s needs a value (%s), such as %s %s", name, v.typeName, name, v.example)
	case errors.As(err, &unknown) && len(unknown.GetSpecifiedName()) > 1:
		return unknownFlag(cmd, unknown.GetSpecifiedName())
	}
	return err
}

// unknownFlag names the defined flag that is most like an unknown one.
func unknownFlag(cmd *cobra.Command, name string) error {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	nearest := strings.NewReplacer(` "`, " --", `"`, "").Replace(scenario.Nearest(name, names))
	return fmt.Errorf("there is no flag --%s%s; %s --help shows them", name, nearest, cmd.CommandPath())
}

// maxQuoted bounds how much of a wrong value a message repeats.
const maxQuoted = 200

func quote(text string) string {
	if len(text) > maxQuoted {
		return fmt.Sprintf("%.*q...", maxQuoted, text)
	}
	return strconv.Quote(text)
}
