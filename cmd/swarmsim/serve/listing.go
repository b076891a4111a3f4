package serve

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"swarmsim/bench"
	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/reports"
	"swarmsim/sim/record"
)

// result is a results folder, or a page in one.
type result struct {
	Kind     string   `json:"kind"` // run, sweep, bench or page
	Path     string   `json:"path"` // in the results folder
	Name     string   `json:"name"`
	About    string   `json:"about,omitempty"`
	Facts    string   `json:"facts"`
	Marks    []string `json:"marks,omitempty"` // what is not as it should be, such as incomplete
	Page     string   `json:"page,omitempty"`  // path of the page; "" if there is none
	Modified int64    `json:"modified_ms"`
}

// resultList is all results, newest first.
type resultList struct {
	Path     string   `json:"path"`
	Results  []result `json:"results"`
	Complete bool     `json:"complete"` // there are no more
}

// Limits on what is listed, and on the size of the files that are read for it.
const (
	maxResults  = 1000
	maxFacts    = 4 << 20
	resultDepth = 4
)

// listResults describes the results below a folder.
func listResults(files fs.FS, shown string) resultList {
	out := resultList{Path: shown, Results: []result{}}
	pages := map[string]bool{}
	out.Complete = walk(files, resultDepth, func(name string, e fs.DirEntry) {
		if e.IsDir() {
			return
		}
		if path.Ext(name) == ".html" {
			pages[name] = true
		}
		describe := describers[path.Base(name)]
		if describe == nil {
			return
		}
		r := result{Path: path.Dir(name), Name: path.Base(path.Dir(name))}
		if describe(&r, files, name) {
			r.Modified = modified(files, name)
			out.Results = append(out.Results, r)
		}
	})
	out.addPages(files, pages)
	slices.SortStableFunc(out.Results, func(a, b result) int {
		return cmp.Or(cmp.Compare(b.Modified, a.Modified), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Page, b.Page))
	})
	if len(out.Results) > maxResults {
		out.Results, out.Complete = out.Results[:maxResults], false
	}
	return out
}

// addPages gives each result its page, and lists the pages that belong to none.
func (l *resultList) addPages(files fs.FS, pages map[string]bool) {
	for i := range l.Results {
		r := &l.Results[i]
		if page := path.Join(r.Path, reports.PageFile); pages[page] {
			r.Page = page
			delete(pages, page)
		}
	}
	for page := range pages {
		l.Results = append(l.Results, result{
			Kind: "page", Path: path.Dir(page), Name: strings.TrimSuffix(path.Base(page), ".html"), Facts: "a page of results",
			Page: page, Modified: modified(files, page),
		})
	}
}

func modified(files fs.FS, name string) int64 {
	st, err := fs.Stat(files, name)
	if err != nil {
		return 0
	}
	return st.ModTime().UnixMilli()
}

// describers describe results by the name of the file that shows what they are. They return false
// for a file that is something else.
var describers = map[string]func(r *result, files fs.FS, name string) bool{
	record.SummaryFile:   describeRun,
	lab.JournalFile:      describeSweep,
	results.BenchJournal: describeBench,
}

// runResult describes the results folder of a run.
func runResult(folder string, s *record.Summary) result {
	r := result{Kind: "run", Path: folder, Name: folder, Page: path.Join(folder, reports.PageFile), Modified: now().UnixMilli()}
	r.fill(s)
	return r
}

func describeRun(r *result, files fs.FS, name string) bool {
	text, err := bounded.ReadFile(files, name, maxFacts)
	var s record.Summary
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	r.Kind = "run"
	if err != nil {
		r.Facts, r.Marks = fmt.Sprintf("%s cannot be read: %v", record.SummaryFile, err), []string{"damaged"}
		return true
	}
	if s.Scenario == "" && s.Ended == "" {
		return false
	}
	r.fill(&s)
	return true
}

// fill fills in the facts of a run.
func (r *result) fill(s *record.Summary) {
	r.About, r.Facts = s.About, factsOf(s)
	if s.Observer == "" {
		r.Facts += fmt.Sprintf("; seed %d", s.Seed)
	}
	if s.Scenario != "" && s.Scenario != r.Name {
		r.Facts = s.Scenario + ": " + r.Facts
	}
	if s.Incomplete {
		r.Marks = append(r.Marks, "incomplete")
	}
	if s.Measured {
		r.Marks = append(r.Marks, "real clients")
	}
	unmet := 0
	for _, e := range s.Expectations {
		if !e.Met {
			unmet++
		}
	}
	if unmet > 0 {
		r.Marks = append(r.Marks, fmt.Sprintf("%d of %d expectations not met", unmet, len(s.Expectations)))
	}
}

// factsOf is a run in one line.
func factsOf(s *record.Summary) string {
	c := &s.CompletionS
	text := fmt.Sprintf("%d of %d leechers completed", c.Count, c.Count+s.Unfinished)
	if c.Count > 0 {
		text += fmt.Sprintf(", half of them within %s, the last after %s",
			reports.Duration(float64(c.P50)), reports.Duration(float64(c.Last)))
	}
	return text + fmt.Sprintf("; %s, %d peers", reports.Size(s.ContentBytes), s.Peers)
}

func describeSweep(r *result, files fs.FS, name string) bool {
	r.Kind = "sweep"
	text, err := bounded.ReadFile(files, path.Join(path.Dir(name), lab.ComparisonJSONFile), maxFacts)
	var found struct {
		Sweep, About, Scenario, Found string
		Runs, Seeds                   int
	}
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil {
		r.Facts, r.Marks = "a sweep without a result so far", []string{"incomplete"}
		return true
	}
	r.About = found.About
	r.Facts = fmt.Sprintf("%d runs of %s, %d seeds: %s", found.Runs, found.Scenario, found.Seeds, found.Found)
	return true
}

func describeBench(r *result, files fs.FS, name string) bool {
	r.Kind = "bench"
	text, err := bounded.ReadFile(files, path.Join(path.Dir(name), results.BenchResults), maxFacts)
	if err != nil {
		r.Facts, r.Marks = "a suite without results so far", []string{"incomplete"}
		return true
	}
	b, err := bench.ReadResults(text, results.BenchResults)
	if err != nil {
		r.Facts, r.Marks = fmt.Sprintf("%s cannot be read: %.200v", results.BenchResults, err), []string{"damaged"}
		return true
	}
	cases, subjects := map[string]bool{}, map[string]bool{}
	for i := range b.Cells {
		cases[b.Cells[i].Case], subjects[b.Cells[i].Subject] = true, true
	}
	r.Facts = fmt.Sprintf("suite %s: %d cases, %d subjects", b.Suite, len(cases), len(subjects))
	return true
}
