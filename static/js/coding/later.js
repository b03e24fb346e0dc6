// What the coding page needs, but not for its first screen: it comes as a file of its own once that is there (web/joining.py).
import { CommandList } from "ic/coding/command-list.js";
import { Earlier } from "ic/coding/earlier.js";
import { Find } from "ic/coding/find.js";
import { askHandingIn } from "ic/coding/handing-in.js";
import { Handles } from "ic/coding/handles.js";
import { showKeys } from "ic/coding/help.js";
import { keepHere } from "ic/coding/keeping.js";
import { LabelsOfUndo } from "ic/coding/label-undo.js";
import { MemoList } from "ic/coding/memos.js";
import { OwnLabels } from "ic/coding/own.js";
import { showProposals } from "ic/coding/proposals.js";
import { Ruler } from "ic/coding/ruler.js";

export const later = { CommandList, Earlier, Find, Handles, LabelsOfUndo, MemoList, OwnLabels, Ruler, askHandingIn, keepHere, showKeys, showProposals };
