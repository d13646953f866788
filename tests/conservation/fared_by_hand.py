"""How the five people of `test_five_journeys` fare with either support, every point worked out by hand.

They go through the same quiet council; here each has attributes of their own, and nothing is drawn: every
uniform is 1/2, so that everybody is the middle one of their like.  To keep the sums short, the people whose
outcomes are printed are alike within a group: of their mean age, doing all 12 activities without help.

=============================  =======  =======  =======  =======  =======  ===============================
person                         PD       LD       MH       OP       refuser  of the group's printed people
=============================  =======  =======  =======  =======  =======  ===============================
age                            64       24       49       71       91       54, 34, 49, 81 (Table 4.2)
activities without help        9        12       6        9        3        12
ADL score, 12 + 2 for each     30       36       24       30       18       36
its square                     900      1,296    576      900      324      1,296
age squared less theirs        1,180    -580     0        -1,520   1,720
has a job                      yes      no       yes      no       no       5, 8, 6, 0 percent
cognitive impairment           no       yes      no       yes      no       10, 60, 20, 30 percent
carer in the household         yes      no       no       yes      no       511 / (371 + 587) = 53.34 percent
white                          yes      yes      no       yes      yes      90.6, 91.7, 87.9, 96.3 percent
asked through a proxy          no       no       no       no       no       12, 40, 18, 31 percent
pounds a week, package         200      200      200      200      200      334, 390, 152, 227
pounds a week, IB              153.32   153.32   153.32   153.32   -
=============================  =======  =======  =======  =======  =======  ===============================

What a person has on the mean is the group's printed level (Table 6.4), moved by each coefficient of Tables
6.12 to 6.16 times what the person has more or less of than the printed people.  With the IB come its own
coefficient and the group's own difference: the printed difference of its arms less that of all groups, over
the 45 percent who had support in place (Table 4.4).  The sums stand below, a line a person; nothing here asks
ibsim.
"""

from __future__ import annotations

Means = dict[str, float]
PEOPLE = ("PD", "LD", "MH", "OP", "refuser")
ATTRIBUTES = {
    "age": (64, 24, 49, 71, 91),
    "adl_without_help": (9, 12, 6, 9, 3),
    "employed": (True, False, True, False, False),
    "cognitive_impairment": (False, True, False, True, False),
    "carer_in_household": (True, False, False, True, False),
    "white": (True, True, False, True, True),
}

# --- the worth of support: ASCOT and quality of life have a curve (x - x squared), the others a line ------
A200, A153 = 0.00034 * 200 - 1.4e-7 * 200**2, 0.00034 * 153.32 - 1.4e-7 * 153.32**2  # 0.0624, 0.0488
A334, A390 = 0.00034 * 334 - 1.4e-7 * 334**2, 0.00034 * 390 - 1.4e-7 * 390**2  # 0.0979, 0.1113
A152, A227 = 0.00034 * 152 - 1.4e-7 * 152**2, 0.00034 * 227 - 1.4e-7 * 227**2  # 0.0484, 0.0700
Q200, Q153 = 0.00085 * 200 - 5e-7 * 200**2, 0.00085 * 153.32 - 5e-7 * 153.32**2  # 0.1500, 0.1186
Q334, Q390 = 0.00085 * 334 - 5e-7 * 334**2, 0.00085 * 390 - 5e-7 * 390**2  # 0.2281, 0.2555
Q152, Q227 = 0.00085 * 152 - 5e-7 * 152**2, 0.00085 * 227 - 5e-7 * 227**2  # 0.1176, 0.1672

# --- ASCOT, Table 6.12 (ascot-model-...) ------------------------------------------------------------------
# level  ADL squared       job            impairment     age          proxy          pounds
ASCOT: Means = {
    "PD": 3.39 + 0.00025 * -396 + 0.499 * 0.95 - 0.174 * -0.1 + 0.005 * 10 - 0.027 * -0.12 + A200 - A334,
    "LD": 3.81 + 0.00025 * 0 + 0.499 * -0.08 - 0.174 * 0.4 + 0.005 * -10 - 0.027 * -0.4 + A200 - A390,
    "MH": 2.97 + 0.00025 * -720 + 0.499 * 0.94 - 0.174 * -0.2 + 0.005 * 0 - 0.027 * -0.18 + A200 - A152,
    "OP": 3.57 + 0.00025 * -396 + 0.499 * 0 - 0.174 * 0.7 + 0.005 * -10 - 0.027 * -0.31 + A200 - A227,
    "refuser": 3.57 + 0.00025 * -972 + 0.499 * 0 - 0.174 * -0.3 + 0.005 * 10 - 0.027 * -0.31 + A200 - A227,
}  # 3.8001, 3.6124, 3.3127, 3.3000, 3.4300
# IB less comparison, Table 6.4: 3.53 - 3.39, 3.80 - 3.81, 3.16 - 2.97, 3.53 - 3.57; people of both arms
ASCOT_ALL = (307 * 0.14 + 199 * -0.01 + 111 * 0.19 + 223 * -0.04) / 840  # 0.0633
ASCOT_IB: Means = {
    "PD": ASCOT["PD"] + A153 - A200 + 0.158 + (0.14 - ASCOT_ALL) / 0.45,  # + 0.1705
    "LD": ASCOT["LD"] + A153 - A200 + 0.158 + (-0.01 - ASCOT_ALL) / 0.45,  # - 0.1629
    "MH": ASCOT["MH"] + A153 - A200 + 0.158 + (0.19 - ASCOT_ALL) / 0.45,  # + 0.2816
    "OP": ASCOT["OP"] + A153 - A200 + 0.158 + (-0.04 - ASCOT_ALL) / 0.45,  # - 0.2295
}  # 4.1151, 3.5940, 3.7387, 3.2149

# --- control, Table 6.13 (control-model-...): log odds beyond the group's shares --------------------------
# ADL squared        impairment      age           proxy           pounds
CONTROL: Means = {
    "PD": 0.001 * -396 - 0.656 * -0.1 + 0.009 * 10 - 0.706 * -0.12 - 0.00011 * (200 - 334),
    "LD": 0.001 * 0 - 0.656 * 0.4 + 0.009 * -10 - 0.706 * -0.4 - 0.00011 * (200 - 390),
    "MH": 0.001 * -720 - 0.656 * -0.2 + 0.009 * 0 - 0.706 * -0.18 - 0.00011 * (200 - 152),
    "OP": 0.001 * -396 - 0.656 * 0.7 + 0.009 * -10 - 0.706 * -0.31 - 0.00011 * (200 - 227),
    "refuser": 0.001 * -972 - 0.656 * -0.3 + 0.009 * 10 - 0.706 * -0.31 - 0.00011 * (200 - 227),
}  # -0.1409, -0.0491, -0.4670, -0.7234, -0.4634
# Tables 6.6 to 6.9, in control: 51 against 44 percent, 46 and 35, 49 and 41, 42 and 43; with high needs:
# 6 and 12, 10 and 20, 7 and 8, 14 and 16; each difference over p (1 - p), and the mean of both
CUTS: Means = {
    "PD": (0.07 / (0.475 * 0.525) + 0.06 / (0.09 * 0.91)) / 2,  # 0.5067
    "LD": (0.11 / (0.405 * 0.595) + 0.10 / (0.15 * 0.85)) / 2,  # 0.6204
    "MH": (0.08 / (0.45 * 0.55) + 0.01 / (0.075 * 0.925)) / 2,  # 0.2337
    "OP": (-0.01 / (0.425 * 0.575) + 0.02 / (0.15 * 0.85)) / 2,  # 0.0580
}
CUTS_ALL = (324 * CUTS["PD"] + 228 * CUTS["LD"] + 129 * CUTS["MH"] + 259 * CUTS["OP"]) / 940  # 0.3732
CONTROL_IB: Means = {
    who: CONTROL[who] - 0.00011 * (153.32 - 200) + 0.537 + (CUTS[who] - CUTS_ALL) / 0.45 for who in CUTS
}  # 0.6979, 1.0425, -0.2348, -0.8816

# --- strain, Table 6.14 (ghq-model-...) -------------------------------------------------------------------
# level: (mean of 0 to 36 less 8.26) x 0.557, of 15.01, 9.59, 18.05 and 13.24: a line through Table 6.4
# level     ADL           ADL squared    age          age squared      proxy          pounds
GHQ: Means = {
    "PD": 3.75975 + 0.323 * -6 - 0.007 * -396 + 0.066 * 10 - 0.001 * 1180 - 0.009 * -0.12 - 0.001 * -134,
    "LD": 0.74081 + 0.323 * 0 - 0.007 * 0 + 0.066 * -10 - 0.001 * -580 - 0.009 * -0.40 - 0.001 * -190,
    "MH": 5.45303 + 0.323 * -12 - 0.007 * -720 + 0.066 * 0 - 0.001 * 0 - 0.009 * -0.18 - 0.001 * 48,
    "OP": 2.77386 + 0.323 * -6 - 0.007 * -396 + 0.066 * -10 - 0.001 * -1520 - 0.009 * -0.31 - 0.001 * -27,
    "refuser": 2.77386 + 0.323 * -18 - 0.007 * -972 + 0.066 * 10 - 0.001 * 1720 - 0.009 * -0.31 - 0.001 * -27,
}  # 4.2088, 0.8544, 6.5707, 4.4976, 2.7337
# IB less comparison, Table 6.4: 14.73 - 15.01, 10.25 - 9.59, 15.68 - 18.05, 14.63 - 13.24
GHQ_APART: Means = {"PD": -0.28, "LD": 0.66, "MH": -2.37, "OP": 1.39}
GHQ_ALL = (298 * -0.28 + 178 * 0.66 + 113 * -2.37 + 236 * 1.39) / 825  # 0.1143
GHQ_IB: Means = {
    who: GHQ[who] - 0.001 * (153.32 - 200) - 0.164 + (apart - GHQ_ALL) / 0.45 * 0.557
    for who, apart in GHQ_APART.items()
}  # 3.6035, 1.4126, 3.3784, 5.9594

# --- quality of life, Table 6.15 (qol-model-...): level 8 less the printed mean, so that 7 is best --------
# level  job             age squared                    proxy           pounds
LIFE: Means = {
    "PD": 4.17 + 0.545 * 0.95 + 5.8e-5 * 1180 - 0.236 * -0.12 + Q200 - Q334,
    "LD": 5.08 + 0.545 * -0.08 + 5.8e-5 * -580 - 0.236 * -0.40 + Q200 - Q390,
    "MH": 3.69 + 0.545 * 0.94 + 5.8e-5 * 0 - 0.236 * -0.18 + Q200 - Q152,
    "OP": 4.30 + 0.545 * 0 + 5.8e-5 * -1520 - 0.236 * -0.31 + Q200 - Q227,
    "refuser": 4.30 + 0.545 * 0 + 5.8e-5 * 1720 - 0.236 * -0.31 + Q200 - Q227,
}  # 4.7064, 4.9917, 4.2771, 4.2678, 4.4557
# Table 6.4, 1 best: 3.93 - 3.83, 2.99 - 2.92, 3.78 - 4.31, 3.71 - 3.70
LIFE_APART: Means = {"PD": 0.10, "LD": 0.07, "MH": -0.53, "OP": 0.01}
LIFE_ALL = (324 * 0.10 + 228 * 0.07 + 129 * -0.53 + 259 * 0.01) / 940  # -0.0185
LIFE_IB: Means = {
    who: LIFE[who] + Q153 - Q200 + 0.006 - (apart - LIFE_ALL) / 0.45 for who, apart in LIFE_APART.items()
}  # 4.4176, 4.7695, 5.3883, 4.1790

# --- satisfaction, Table 6.16 (satisfaction-model-...): points of seven beyond all who were asked ---------
# all 940 of them: age 55.902, white 92.067 percent, proxy 24.85 percent, 293.12 pounds a week
AGE = (324 * 54 + 228 * 34 + 129 * 49 + 259 * 81) / 940
WHITE = (324 * 0.906 + 228 * 0.917 + 129 * 0.879 + 259 * 0.963) / 940
PROXY = (324 * 0.12 + 228 * 0.40 + 129 * 0.18 + 259 * 0.31) / 940
SPENT = (324 * 334 + 228 * 390 + 129 * 152 + 259 * 227) / 940
ALIKE, CARER = 0.143 * PROXY + 0.00019 * (200 - SPENT), 511 / (371 + 587)  # 0.0178, 0.5334
PLEASED: Means = {
    "PD": 0.007 * (64 - AGE) + 0.199 * (1 - CARER) + 0.38 * (1 - WHITE) + ALIKE,
    "LD": 0.007 * (24 - AGE) + 0.199 * (0 - CARER) + 0.38 * (1 - WHITE) + ALIKE,
    "MH": 0.007 * (49 - AGE) + 0.199 * (0 - CARER) + 0.38 * (0 - WHITE) + ALIKE,
    "OP": 0.007 * (71 - AGE) + 0.199 * (1 - CARER) + 0.38 * (1 - WHITE) + ALIKE,
    "refuser": 0.007 * (91 - AGE) + 0.199 * (0 - CARER) + 0.38 * (1 - WHITE) + ALIKE,
}  # 0.1975, -0.2815, -0.4865, 0.2465, 0.1875
PLEASED_IB: Means = {who: PLEASED[who] + 0.00019 * (153.32 - 200) + 0.350 for who in CUTS}
# 0.5387, 0.0597, -0.1453, 0.5877

# --- what the middle one of their like has: the law of each outcome at 1/2 --------------------------------
HAS: dict[str, Means] = {
    "ascot": {"PD": 3.9713, "LD": 3.8029, "MH": 3.5129, "OP": 3.5000, "refuser": 3.6297},
    "control": {"PD": 1, "LD": 1, "MH": 1, "OP": 1, "refuser": 1},
    "ghq": {"PD": 3.3261, "LD": 0.0014, "MH": 6.7677, "OP": 3.7761, "refuser": 1.1449},
    "quality_of_life": {"PD": 5, "LD": 5, "MH": 4, "OP": 4, "refuser": 4},
    "satisfied": {"PD": 0, "LD": 0, "MH": 0, "OP": 0, "refuser": 0},
}
"""With the package."""
HAS_IB: dict[str, Means] = {
    "ascot": {"PD": 4.2329, "LD": 3.7858, "MH": 3.9173, "OP": 3.4122},
    "control": {"PD": 2, "LD": 2, "MH": 1, "OP": 1},
    "ghq": {"PD": 2.3864, "LD": 0.0665, "MH": 2.0462, "OP": 5.9436},
    "quality_of_life": {"PD": 4, "LD": 5, "MH": 5, "OP": 4},
    "satisfied": {"PD": 1, "LD": 0, "MH": 0, "OP": 1},
}
"""While the IB is in place."""
