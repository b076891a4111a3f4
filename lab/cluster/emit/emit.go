package emit

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"
)

// File is a file of a job.
type File struct {
	Name string
	Text []byte
}

// Scheduler is what a job is written for.
type Scheduler struct {
	Name     string
	MaxTasks int      // of a job, with the scheduler's own settings
	Start    string   // how a job is started, with a %s for its first file or its folder
	files    []string // templates; %s in a name stands for the job's label
}

// schedulers lists the schedulers in the order of the help text.
var schedulers = []Scheduler{
	// MaxArraySize of slurm.conf is 1001, which the index must be below.
	{"slurm", 1000, "bash %s", []string{"%s.slurm.sh"}},
	{"kubernetes", 10_000, "kubectl apply -f %s", []string{"%s.kubernetes.yaml"}},
	{"parallel", 100_000, "bash %s", []string{"%s.parallel.sh"}},
	{"condor", 10_000, "condor_submit_dag -usedagdir %s/sweep.dag", []string{"sweep.dag", "tasks.sub", "merge.sub", "step.sh"}},
	{"snakemake", 10_000, "snakemake --cores all --snakefile %s", []string{"%s.snakefile"}},
}

// Names returns the names of the schedulers.
func Names() []string {
	var out []string
	for _, s := range schedulers {
		out = append(out, s.Name)
	}
	return out
}

// Find returns a scheduler.
func Find(name string) (Scheduler, error) {
	i := slices.IndexFunc(schedulers, func(s Scheduler) bool { return s.Name == name })
	if i < 0 {
		return Scheduler{}, fmt.Errorf("%.100q is not a scheduler: there are %s", name, strings.Join(Names(), ", "))
	}
	return schedulers[i], nil
}

// OneFile reports whether a job is one file, not a folder.
func (s *Scheduler) OneFile() bool { return len(s.files) == 1 }

// Command returns the command that starts a job whose file, or folder, is at path.
func (s *Scheduler) Command(path string) string { return fmt.Sprintf(s.Start, shell(path)) }

//go:embed templates
var templates embed.FS

var functions = template.FuncMap{
	"sh": shell, "words": shellWords, "lit": literal, "arg": containerArgument, "comment": comment, "label": label, "mb": MB,
	"about": About, "count": count,
}

// About returns a duration in the precision of an estimate.
func About(d time.Duration) string {
	for _, unit := range []time.Duration{time.Minute, time.Second} {
		if d >= 10*unit {
			return d.Round(unit).String()
		}
	}
	return max(time.Millisecond, d.Round(time.Millisecond)).String()
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Files writes a job.
func (s *Scheduler) Files(j *Job) ([]File, error) {
	if err := j.check(); err != nil {
		return nil, err
	}
	all, err := template.New("").Funcs(functions).ParseFS(templates, "templates/*")
	if err != nil {
		return nil, err
	}
	var out []File
	for _, name := range s.files {
		var text bytes.Buffer
		if err := all.ExecuteTemplate(&text, s.templateOf(name), j); err != nil {
			return nil, err
		}
		out = append(out, File{strings.Replace(name, "%s", label(j.Name), 1), text.Bytes()})
	}
	return out, nil
}

// templateOf returns the name of the template of a file.
func (s *Scheduler) templateOf(name string) string {
	if s.OneFile() {
		return strings.TrimPrefix(name, "%s.")
	}
	return s.Name + "." + name
}
