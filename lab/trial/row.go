package trial

import (
	"encoding/csv"
	"io"
	"strconv"
)

// Row is the result of one run.
type Row struct {
	Key         string               `json:"key"`
	Ended       string               `json:"ended"`
	Values      map[string]float64   `json:"values"`                   // every number of the summary
	Leechers    int                  `json:"leechers"`                 // that arrived
	Completions map[string][]float64 `json:"completions"`              // seconds from arrival to completion, by group
	LastS       *float64             `json:"last_completed,omitempty"` // seconds from the start to the last completion
	Record      string               `json:"record"`                   // digest of the files of the record, scenario.yaml excepted

	Unsupported string `json:"unsupported,omitempty"` // why another program cannot play the scenario
}

// readPeers reads the completion times of leechers from peers.csv.
func (r *Row) readPeers(text io.Reader) error {
	lines, err := csv.NewReader(text).ReadAll()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range lines[0] {
		column[name] = i
	}
	r.Completions = map[string][]float64{}
	for _, l := range lines[1:] {
		if l[column["seed"]] == "true" {
			continue
		}
		r.Leechers++
		if seconds, err := strconv.ParseFloat(l[column["download_s"]], 64); err == nil { // empty if it did not complete
			g := l[column["group"]]
			r.Completions[g] = append(r.Completions[g], seconds)
		}
		if at, err := strconv.ParseFloat(l[column["completed_s"]], 64); err == nil && (r.LastS == nil || at > *r.LastS) {
			r.LastS = &at
		}
	}
	return nil
}
