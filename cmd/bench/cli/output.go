package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bench/format"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/scenario"
)

// outputFlags say in which formats results are written.
type outputFlags struct {
	format format.Format
	files  []outputFile
	report reportPaths // of runs that were played with a report
}

// outputFile is the value of --write.
type outputFile struct {
	format format.Format
	path   string
}

func (f *outputFlags) add(c *cobra.Command) {
	f.format = format.Formats()[0]
	var names []string
	for _, x := range format.Formats() {
		names = append(names, x.Name)
	}
	list := strings.Join(names, ", ")
	c.Flags().Var(flags.Parsed(&f.format, "format", "text", findFormat), "format", "what to print: "+list+" (default text)")
	c.Flags().Var(flags.List(&f.files, "format=file", "junit=bench.xml", parseOutput), "write",
		"also write the results in a format to a file, or to a folder under the format's usual name (repeatable)")
}

func findFormat(name string) (format.Format, error) {
	var names []string
	for _, x := range format.Formats() {
		if x.Name == name {
			return x, nil
		}
		names = append(names, x.Name)
	}
	return format.Format{}, fmt.Errorf("there is no format %.200q%s; choose from %s",
		name, scenario.Nearest(name, names), strings.Join(names, ", "))
}

func parseOutput(text string) (outputFile, error) {
	name, path, ok := strings.Cut(text, "=")
	if !ok || path == "" {
		return outputFile{}, fmt.Errorf("%.200q must look like junit=bench.xml", text)
	}
	x, err := findFormat(name)
	return outputFile{x, path}, err
}

// check returns an error if two files have the same path.
func (f *outputFlags) check() error {
	for i, a := range f.files {
		if slices.ContainsFunc(f.files[:i], func(b outputFile) bool { return a.target() == b.target() }) {
			return usageError{fmt.Errorf("--write: %s is to be written twice", a.target())}
		}
	}
	return nil
}

// target returns the path of the file.
func (o *outputFile) target() string {
	if st, err := os.Stat(o.path); strings.HasSuffix(o.path, "/") || err == nil && st.IsDir() {
		return filepath.Join(o.path, o.format.File)
	}
	return filepath.Clean(o.path)
}

// write prints the results, unless quiet, and writes the files.
func (f *outputFlags) write(w io.Writer, quiet bool, r *bench.Results, c *bench.Comparison) error {
	for _, o := range f.files {
		path := o.target()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return usageError{fmt.Errorf("--write: %w", err)}
		}
		err := writeWith(results.Atomic(filepath.Dir(path)), filepath.Base(path), func(w io.Writer) error {
			if o.format.Name == format.PageName {
				return f.report.page(filepath.Dir(path)).Write(w, r, c)
			}
			return o.format.Write(w, r, c)
		})
		if err != nil {
			return fmt.Errorf("--write %s=%s: %w", o.format.Name, path, err)
		}
	}
	if quiet {
		return nil
	}
	return f.format.Write(w, r, c)
}
