package record

import "encoding/json"

// Fairness compares what leechers sent with what they received. It covers the leechers that
// completed; MostCopies covers all.
type Fairness struct {
	JainShareRatio   Ratio  `json:"jain_share_ratio"`   // Jain's index of their share ratios; null if none completed
	JainDownloadRate Ratio  `json:"jain_download_rate"` // Jain's index of their download rates; null if none completed
	ShareRatio       Spread `json:"share_ratio"`
	MostCopies       Ratio  `json:"most_copies"` // the most content that one leecher sent, in sizes of the content
}

// MarshalJSON writes null for the indices if no leecher completed.
func (f Fairness) MarshalJSON() ([]byte, error) {
	type plain Fairness
	if f.ShareRatio.Count > 0 {
		return json.Marshal(plain(f))
	}
	return json.Marshal(struct {
		plain
		JainShareRatio   *Ratio `json:"jain_share_ratio"`
		JainDownloadRate *Ratio `json:"jain_download_rate"`
	}{plain: plain(f)})
}

// Jain is Jain's fairness index of amounts that are not negative, (sum x)^2 / (n sum x^2): from
// 1/n, where one has everything, to 1, where all are equal (Jain, Chiu, Hawe 1984). It is 1 if
// there are no amounts, or only zeros.
func Jain(xs []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, x := range xs {
		sum += x
		squares += float64(x * x)
	}
	if squares == 0 {
		return 1
	}
	return float64(sum*sum) / float64(float64(len(xs))*squares)
}
